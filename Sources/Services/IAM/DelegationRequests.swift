import AWSCore
import AWSWire
import Directory
import PolicyEngine
import ServiceKit

enum DelegationRequests {
  static let operations: [any Operation.Type] = [
    CreateDelegationRequest.self, GetDelegationRequest.self, ListDelegationRequests.self,
    AssociateDelegationRequest.self, UpdateDelegationRequest.self, AcceptDelegationRequest.self,
    RejectDelegationRequest.self, SendDelegationToken.self, GetHumanReadableSummary.self,
  ]
}

// AWS: only partners that AWS has taken on may ask; here it is whoever has the permission.
struct CreateDelegationRequest: WriteOperation {
  struct Input: WireStruct {
    let ownerAccount: AccountNumber?
    let description: DelegationText
    let permissions: DelegationPermission
    let message: DelegationMessage?
    let workflowID: WorkflowID
    let redirectURL: RedirectURL?
    let channel: NotificationChannel
    let sessionDuration: Int
    let onlySendByOwner: Bool?

    init(from fields: inout Fields) {
      ownerAccount = fields.optional("OwnerAccountId")
      description = fields.required("Description")
      permissions = fields.required("Permissions")
      message = fields.optional("RequestMessage")
      workflowID = fields.required("RequestorWorkflowId")
      redirectURL = fields.optional("RedirectUrl")
      channel = fields.required("NotificationChannel")
      sessionDuration = fields.required("SessionDuration", in: 300...43_200)
      onlySendByOwner = fields.optional("OnlySendByOwner")
    }
  }

  static let failures: [ErrorCode] = [
    .entityAlreadyExists, .serviceFailure, .invalidInput, .limitExceeded, .concurrentModification,
  ]

  static func access(_ input: Input, _ view: View) -> Access {
    var keys: [Access.Key] = [
      .one("iam:NotificationChannel", input.channel.text),
      .one("iam:DelegationDuration", String(input.sessionDuration)),
    ]
    if let template = input.permissions.template { keys.append(.one("iam:TemplateArn", template.text)) }
    return Access("iam:CreateDelegationRequest", on: .iam(view.account.id, "delegation-request/*"), keys: keys)
  }

  struct Output: WireOutput {
    let id: String
    func encode(to writer: inout WireWriter) { writer.put("DelegationRequestId", id) }
  }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> Output {
    try tx.forgetOldDelegationRequests(now: grant.now)
    let channel = try channel(input, of: tx.account.id)
    let permission = try DelegatedPermission(input.permissions, of: tx.account)
    var open = 0
    var isTaken = false
    tx.registry.delegationRequests.forEach { request in
      guard request.requestor == tx.account.id else { return }
      if request.workflowID == input.workflowID.text { isTaken = true }
      if request.state(at: grant.now) != .expired { open += 1 }
    }
    guard !isTaken else {
      throw Failure(
        .entityAlreadyExists, "A delegation request with the workflow id \(input.workflowID) already exists.")
    }
    guard open < tx.quotas.delegationRequestsPerAccount else {
      throw .limitExceeded("DelegationRequestsPerAccount", tx.quotas.delegationRequestsPerAccount)
    }
    let request = DelegationRequestRecord(
      id: "dr-" + grant.entropy.requestID(), requestor: tx.account.id,
      requestorName: RequestorName.text(tx.account.settings?.name ?? ""), workflowID: input.workflowID.text,
      description: input.description.text, requestMessage: input.message?.text, template: permission.template,
      parameters: permission.parameters, policy: permission.policy, notificationChannel: channel,
      redirectURL: input.redirectURL?.text, sessionDuration: input.sessionDuration,
      onlySendByOwner: input.onlySendByOwner ?? false, createDate: grant.now,
      ownerAccount: try input.ownerAccount.map { number throws(Failure) in
        guard let account = AccountID(number.text) else {
          throw .invalidInput("The account id \(number) is not valid.")
        }
        return account
      })
    try tx.register(request)
    return Output(id: request.id)
  }

  // AWS: a topic of SNS in the requestor's own account, and nothing else.
  private static func channel(_ input: Input, of account: AccountID) throws(Failure) -> ARN {
    guard let arn = ARN(input.channel.text), arn.service == "sns", arn.accountID == account else {
      throw .invalidInput("The notification channel must be the ARN of an SNS topic in the requestor's account.")
    }
    return arn
  }
}

/// The account's name as partners are shown: up to thirty printable characters.
private enum RequestorName {
  static func text(_ name: String) -> String {
    let printable = name.unicodeScalars.filter { Alphabet.isProse(Array(String($0).utf8)) }
    return String(String.UnicodeScalarView(printable.prefix(30)))
  }
}

/// The input of the operations that take a request and nothing else.
struct DelegationRequestInput: WireStruct {
  let id: DelegationRequestID
  init(from fields: inout Fields) { id = fields.required("DelegationRequestId") }
}

/// The input of the operations that may add notes.
struct NotedDelegationRequestInput: WireStruct {
  let id: DelegationRequestID
  let notes: DelegationNotes?

  init(from fields: inout Fields) {
    id = fields.required("DelegationRequestId")
    notes = fields.optional("Notes")
  }
}

struct AssociateDelegationRequest: WriteOperation {
  typealias Input = DelegationRequestInput
  static let failures: [ErrorCode] = [.noSuchEntity, .serviceFailure, .concurrentModification, .invalidInput]

  static func access(_ input: Input, _ view: View) throws(Failure) -> Access {
    try view.access("iam:AssociateDelegationRequest", toDelegationRequest: input.id)
  }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> EmptyOutput {
    var request = try tx.delegationRequest(input.id, in: [.unassigned], grant)
    request.ownerAccount = tx.account.id
    request.owner = try .init(grant, in: tx.account)
    request.enter(.assigned, at: grant.now)
    try tx.register(request)
    return EmptyOutput()
  }
}

extension DelegationRequestRecord.Identity {
  fileprivate init(_ grant: Grant, in account: Account) throws(Failure) {
    let caller = try ResolvedCaller(grant.caller, in: account)
    self.init(arn: caller.arn, userID: caller.userID)
  }
}

struct UpdateDelegationRequest: WriteOperation {
  typealias Input = NotedDelegationRequestInput
  static let failures: [ErrorCode] = [.noSuchEntity, .serviceFailure, .concurrentModification, .invalidInput]

  static func access(_ input: Input, _ view: View) throws(Failure) -> Access {
    try view.access("iam:UpdateDelegationRequest", toDelegationRequest: input.id)
  }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> EmptyOutput {
    var request = try tx.delegationRequest(input.id, in: [.assigned, .pendingApproval], grant)
    if let notes = input.notes { request.notes = notes.text }
    // A note alone does not make the wait longer.
    if request.state == .assigned { request.enter(.pendingApproval, at: grant.now) }
    try tx.register(request)
    return EmptyOutput()
  }
}

struct AcceptDelegationRequest: WriteOperation {
  typealias Input = DelegationRequestInput
  static let failures: [ErrorCode] = [.noSuchEntity, .serviceFailure, .concurrentModification]

  static func access(_ input: Input, _ view: View) throws(Failure) -> Access {
    try view.access("iam:AcceptDelegationRequest", toDelegationRequest: input.id)
  }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> EmptyOutput {
    // AWS: the API model has no `InvalidInput` here.
    var request = try tx.delegationRequest(
      input.id, in: [.assigned, .pendingApproval], grant, orThrow: .validationError)
    request.approver = try .init(grant, in: tx.account)
    request.enter(.accepted, at: grant.now)
    try tx.register(request)
    return EmptyOutput()
  }
}

struct RejectDelegationRequest: WriteOperation {
  typealias Input = NotedDelegationRequestInput
  static let failures: [ErrorCode] = [.noSuchEntity, .serviceFailure, .concurrentModification, .invalidInput]

  static func access(_ input: Input, _ view: View) throws(Failure) -> Access {
    try view.access("iam:RejectDelegationRequest", toDelegationRequest: input.id)
  }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> EmptyOutput {
    var request = try tx.delegationRequest(input.id, in: [.assigned, .pendingApproval, .accepted], grant)
    request.rejectionReason = input.notes?.text
    request.enter(.rejected, at: grant.now)
    try tx.register(request)
    return EmptyOutput()
  }
}

// AWS: the partner gets the token by its topic. There are no topics here, so none is made; the state changes.
struct SendDelegationToken: WriteOperation {
  typealias Input = DelegationRequestInput
  static let failures: [ErrorCode] = [.noSuchEntity, .serviceFailure, .concurrentModification, .invalidInput]

  static func access(_ input: Input, _ view: View) throws(Failure) -> Access {
    try view.access("iam:SendDelegationToken", toDelegationRequest: input.id)
  }

  static func perform(_ input: Input, _ tx: inout Transaction, _ grant: Grant) throws(Failure) -> EmptyOutput {
    var request = try tx.delegationRequest(input.id, in: [.accepted], grant)
    let caller = try ResolvedCaller(grant.caller, in: tx.account)
    guard !request.onlySendByOwner || request.isOwned(by: caller) else {
      throw Failure(
        .accessDenied,
        "User: \(caller.arn) is not authorized to perform: iam:SendDelegationToken on resource: "
          + "\(ARN.iam(tx.account.id, request.arnResource)): only the owner of the request may send its token")
    }
    request.enter(.finalized, at: grant.now)
    try tx.register(request)
    return EmptyOutput()
  }
}
