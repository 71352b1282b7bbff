import AWSCore
import AWSWire
import Directory
import PolicyEngine
import ServiceKit

/// A delegation request as answers show it.
struct DelegationRequestOutput: WireOutput {
  let request: DelegationRequestRecord
  let now: Timestamp

  func encode(to writer: inout WireWriter) {
    writer.put("DelegationRequestId", request.id)
    writer.put("OwnerAccountId", request.ownerAccount)
    writer.put("Description", request.description)
    writer.put("RequestMessage", request.requestMessage)
    writer.structure("Permissions") { permissions in
      permissions.put("PolicyTemplateArn", request.template)
      permissions.put("Parameters", request.parameters.map(ParameterOutput.init))
    }
    writer.put("PermissionPolicy", request.policy)
    writer.put("RolePermissionRestrictionArns", DelegatedPolicy(request.policy).boundaries)
    writer.put("OwnerId", request.owner?.arn)
    writer.put("ApproverId", request.approver?.arn)
    writer.put("State", request.state(at: now).rawValue)
    writer.put("ExpirationTime", request.expiration)
    writer.put("RequestorId", request.requestor)
    writer.put("RequestorName", request.requestorName)
    writer.put("CreateDate", request.createDate)
    writer.put("SessionDuration", request.sessionDuration)
    writer.put("RedirectUrl", request.redirectURL)
    writer.put("Notes", request.notes)
    writer.put("RejectionReason", request.rejectionReason)
    writer.put("OnlySendByOwner", request.onlySendByOwner)
    writer.put("UpdatedTime", request.updateDate)
  }

  private struct ParameterOutput: WireOutput {
    let parameter: DelegationRequestRecord.Parameter

    func encode(to writer: inout WireWriter) {
      writer.put("Name", parameter.name)
      writer.put("Values", parameter.values)
      writer.put("Type", parameter.isList ? PolicyParameterType.stringList : .string)
    }
  }
}

/// A policy that was checked when its request was made; one that can no longer be read says nothing.
private struct DelegatedPolicy {
  let statements: [Statement]

  init(_ text: String) {
    do throws(PolicyDocumentError) {
      statements = try PolicyDocument.parse(text, as: .identity).statements
    } catch {
      statements = []
    }
  }

  /// The boundaries that roles made under the policy must have.
  var boundaries: [String] {
    let clauses = statements.filter { $0.effect == .allow }.flatMap(\.conditions)
    return clauses.filter { $0.key.lowercased() == "iam:permissionsboundary" }.flatMap(\.values)
  }

  /// A sentence for each statement.
  var sentences: [String] {
    statements.map { statement in
      let verb = statement.effect == .allow ? "Allows" : "Denies"
      let conditions = statement.conditions.isEmpty ? "" : ", under conditions"
      return "\(verb) \(Self.words(statement.actions, "every action")) on "
        + "\(Self.words(statement.resources, "every resource"))\(conditions)."
    }
  }

  private static func words(_ patterns: Statement.PatternList?, _ everything: String) -> String {
    guard let patterns else { return everything }
    let list = patterns.values.joined(separator: ", ")
    if patterns.isNegated { return "\(everything) but \(list)" }
    return patterns.values == ["*"] ? everything : list
  }
}

struct GetDelegationRequest: ReadOperation {
  struct Input: WireStruct {
    let id: DelegationRequestID
    let wantsCheck: Bool?

    init(from fields: inout Fields) {
      id = fields.required("DelegationRequestId")
      wantsCheck = fields.optional("DelegationPermissionCheck")
    }
  }

  static let failures: [ErrorCode] = [.noSuchEntity, .serviceFailure]

  static func access(_ input: Input, _ view: View) throws(Failure) -> Access {
    try view.access("iam:GetDelegationRequest", toDelegationRequest: input.id)
  }

  struct Output: WireOutput {
    let request: DelegationRequestOutput
    /// Nil where no check was wanted.
    let checkResult: String?

    func encode(to writer: inout WireWriter) {
      writer.put("DelegationRequest", request)
      guard let checkResult else { return }
      writer.put("PermissionCheckStatus", "COMPLETE")
      writer.put("PermissionCheckResult", checkResult)
    }
  }

  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> Output {
    let request = try view.delegationRequest(input.id)
    return Output(
      request: DelegationRequestOutput(request: request, now: grant.now),
      checkResult: input.wantsCheck == true ? check(view) : nil)
  }

  // AWS: an approximate answer. The root user has every permission; of everybody else it cannot be said for wildcards.
  private static func check(_ view: View) -> String {
    if case .root = view.caller.principal, view.caller.session == nil { return "ALLOWED" }
    return "UNSURE"
  }
}

// AWS: only what somebody of the account has taken on is listed, not what was only meant for it.
struct ListDelegationRequests: ReadOperation {
  struct Input: WireStruct {
    let owner: DelegationOwnerID?
    let page: PageRequest

    init(from fields: inout Fields) {
      owner = fields.optional("OwnerId")
      page = PageRequest(from: &fields)
    }
  }

  static let failures: [ErrorCode] = [.noSuchEntity, .serviceFailure, .invalidInput]

  static func access(_ input: Input, _ view: View) -> Access {
    Access(
      "iam:ListDelegationRequests", keys: input.owner.map { [.one("iam:DelegationRequestOwner", $0.text)] } ?? [])
  }

  struct Output: WireOutput {
    let requests: Page<DelegationRequestOutput>

    func encode(to writer: inout WireWriter) {
      writer.put("DelegationRequests", requests.elements)
      writer.put("Marker", requests.next)
      // AWS: in this one answer the name begins with a small letter.
      writer.put("isTruncated", requests.next != nil)
    }
  }

  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> Output {
    var requests = view.delegationRequests()
    if let owner = input.owner { requests.removeAll { $0.owner?.arn.text != owner.text } }
    let page = try Pager(grant, filters: [input.owner?.text]).page(
      of: requests, by: { "\($0.createDate.milliseconds) \($0.id)" }, input.page)
    return Output(requests: page.map { DelegationRequestOutput(request: $0, now: grant.now) })
  }
}

// AWS: a language model writes the summary; here it follows from the request, in English.
struct GetHumanReadableSummary: ReadOperation {
  struct Input: WireStruct {
    let entity: ARNText
    let locale: SummaryLocale?

    init(from fields: inout Fields) {
      entity = fields.required("EntityArn")
      locale = fields.optional("Locale")
    }

    /// Nil for an ARN of something else.
    var requestID: DelegationRequestID? {
      guard let arn = ARN(entity.text), arn.service == "iam", arn.resource.hasPrefix("delegation-request/") else {
        return nil
      }
      return DelegationRequestID(checking: String(arn.resource.dropFirst("delegation-request/".count)))
    }
  }

  static let failures: [ErrorCode] = [.invalidInput, .noSuchEntity, .serviceFailure]

  static func access(_ input: Input, _ view: View) throws(Failure) -> Access {
    guard let id = input.requestID else {
      return Access("iam:GetHumanReadableSummary", on: .iam(view.account.id, "delegation-request/*"))
    }
    return try view.access("iam:GetHumanReadableSummary", toDelegationRequest: id)
  }

  struct Output: WireOutput {
    /// Nil where there is none in the locale.
    let content: String?
    let locale: String

    func encode(to writer: inout WireWriter) {
      writer.put("SummaryContent", content)
      writer.put("Locale", locale)
      writer.put("SummaryState", content == nil ? "NOT_SUPPORTED" : "AVAILABLE")
    }
  }

  private static let contentSizeMax = 10_000

  static func perform(_ input: Input, _ view: View, _ grant: Grant) throws(Failure) -> Output {
    guard let id = input.requestID else {
      throw .invalidInput("\(input.entity) is not the ARN of a delegation request.")
    }
    let request = try view.delegationRequest(id)
    let locale = input.locale?.text ?? "en"
    guard locale == "en" || locale.hasPrefix("en-") || locale.hasPrefix("en_") else {
      return Output(content: nil, locale: locale)
    }
    let name = request.requestorName
    let first = "\(name) (account \(request.requestor)) asks for access for \(request.sessionDuration) seconds."
    let sentences = [first] + DelegatedPolicy(request.policy).sentences
    return Output(content: String(sentences.joined(separator: " ").prefix(contentSizeMax)), locale: locale)
  }
}
