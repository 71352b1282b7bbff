#ifndef SALLYPORT_CCURL_H
#define SALLYPORT_CCURL_H

#include <curl/curl.h>
#include <string.h>
#include <sys/socket.h>

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
static inline CURLcode ccurl_set_open_socket(CURL *curl, curl_opensocket_callback open) {
  return curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open);
}
// The certificates, in PEM, that alone are trusted; copied.
static inline CURLcode ccurl_set_authorities(CURL *curl, const char *pem, size_t length) {
  struct curl_blob blob = {(void *)pem, length, CURL_BLOB_COPY};
  return curl_easy_setopt(curl, CURLOPT_CAINFO_BLOB, &blob);
}
static inline CURLcode ccurl_get_long(CURL *curl, CURLINFO info, long *value) {
  return curl_easy_getinfo(curl, info, value);
}
static inline CURLcode ccurl_get_text(CURL *curl, CURLINFO info, const char **value) {
  return curl_easy_getinfo(curl, info, value);
}


// The certificates that the server showed, where CURLOPT_CERTINFO asked for them.
static inline int ccurl_certificate_count(CURL *curl) {
  struct curl_certinfo *info = NULL;
  return curl_easy_getinfo(curl, CURLINFO_CERTINFO, &info) == CURLE_OK && info ? info->num_of_certs : 0;
}
// One of them in PEM; NULL where it is not there.
static inline const char *ccurl_certificate(CURL *curl, int index) {
  struct curl_certinfo *info = NULL;
  if (curl_easy_getinfo(curl, CURLINFO_CERTINFO, &info) != CURLE_OK || !info || index >= info->num_of_certs) return NULL;
  for (struct curl_slist *field = info->certinfo[index]; field; field = field->next) {
    if (strncmp(field->data, "Cert:", 5) == 0) return field->data + 5;
  }
  return NULL;
}

// The socket of an address that libcurl is about to connect to.
static inline curl_socket_t ccurl_socket(const struct curl_sockaddr *address) {
#ifdef SOCK_CLOEXEC
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
#else
  return socket(address->family, address->socktype, address->protocol);
#endif
}
static const curl_socket_t ccurl_bad_socket = CURL_SOCKET_BAD;

#endif
