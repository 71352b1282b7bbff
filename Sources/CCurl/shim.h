#ifndef SALLYPORT_CCURL_H
#define SALLYPORT_CCURL_H

#include <curl/curl.h>

// `curl_easy_setopt` is variadic, which Swift cannot call: one function for each kind of value.
static inline CURLcode ccurl_set_long(CURL *curl, CURLoption option, long value) {
  return curl_easy_setopt(curl, option, value);
}
static inline CURLcode ccurl_set_text(CURL *curl, CURLoption option, const char *value) {
  return curl_easy_setopt(curl, option, value);
}
static inline CURLcode ccurl_set_pointer(CURL *curl, CURLoption option, void *value) {
  return curl_easy_setopt(curl, option, value);
}
static inline CURLcode ccurl_set_sink(
    CURL *curl, size_t (*sink)(char *bytes, size_t size, size_t count, void *context)) {
  return curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, sink);
}
static inline CURLcode ccurl_get_long(CURL *curl, CURLINFO info, long *value) {
  return curl_easy_getinfo(curl, info, value);
}
static inline CURLcode ccurl_get_text(CURL *curl, CURLINFO info, const char **value) {
  return curl_easy_getinfo(curl, info, value);
}

#endif
