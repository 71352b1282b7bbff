import DecisionCases

/// A case as JSON text, of which a test says what matters to it.
struct CaseLine {
  var id = #""c1""#
  var principal = #""arn:aws:iam::111122223333:user/division/ann""#
  var action = #""s3:GetObject""#
  var resource = #""arn:aws:s3:::photos/cat.jpg""#
  /// Further members of the request, each with a comma before it.
  var more = ""
  var policies = "{}"
  /// Further members of the case, each with a comma before it.
  var rest = ""

  var text: String {
    """
    {"id":\(id),"policies":\(policies),\
    "request":{"principal":\(principal),"action":\(action),"resource":\(resource)\(more)}\(rest)}
    """
  }

  func read() throws(MalformedCase) -> DecisionCase { try DecisionCase(line: Array(text.utf8)) }

  func decide() throws(MalformedCase) -> DecisionAnswer { CaseDecider().decide(try read()) }

  /// What is wrong with the case; nil if nothing is.
  var fault: String? {
    do throws(MalformedCase) {
      _ = try read()
      return nil
    } catch {
      return error.description
    }
  }

  static func settings(_ members: String) -> String { #","settings":{\#(members)}"# }

  static func allow(_ action: String, _ more: String = #","Resource":"*""#) -> String {
    #"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"\#(action)"\#(more)}]}"#
  }

  static func deny(_ action: String, _ more: String = #","Resource":"*""#) -> String {
    #"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"\#(action)"\#(more)}]}"#
  }
}
