import AWSCore
import Directory
import PolicyEngine
import ServiceKit

/// What a delegation request asks for, checked: the policy that it comes to.
struct DelegatedPermission {
  let template: ARN
  let parameters: [DelegationRequestRecord.Parameter]
  let policy: String

  // AWS: templates are registered with AWS by its partners. Here a template is a managed policy, AWS's or one of the
  // requestor's account, whose document may have places `@{name}`.
  init(_ input: DelegationPermission, of account: Account) throws(Failure) {
    guard let arn = input.template else { throw .invalidInput("A policy template must be given.") }
    template = try ARN(policy: arn)
    let document: String
    do throws(Failure) {
      document = try account.templateDocument(arn)
    } catch {
      throw .invalidInput("The policy template \(arn) does not exist.")
    }
    parameters = try input.parameters.map { parameter throws(Failure) in try parameter.checked() }
    var values: [String: [String]] = [:]
    for parameter in parameters {
      guard values.updateValue(parameter.values, forKey: parameter.name) == nil else {
        throw .invalidInput("The policy parameter \(parameter.name) is given twice.")
      }
    }
    policy = try Self.policy(TemplateText(document), values)
  }

  private static func policy(_ text: TemplateText, _ values: [String: [String]]) throws(Failure) -> String {
    let names = text.names
    if let missing = names.subtracting(values.keys).min() {
      throw .invalidInput("The policy parameter \(missing) has no value.")
    }
    if let unknown = Set(values.keys).subtracting(names).min() {
      throw .invalidInput("The policy template has no parameter \(unknown).")
    }
    guard let filled = text.filledJSON(with: values) else {
      throw .invalidInput("A policy parameter that is part of a longer text takes one value.")
    }
    do throws(PolicyDocumentError) {
      return try PolicyDocument.parse(filled, as: .identity, minimumVersion: .v2012).text
    } catch {
      throw .invalidInput("The policy template with these values is no policy: \(error.message)")
    }
  }
}

extension PolicyParameter {
  fileprivate func checked() throws(Failure) -> DelegationRequestRecord.Parameter {
    guard let name, let type else { throw .invalidInput("A policy parameter must have a name and a type.") }
    guard type == .stringList ? !values.isEmpty : values.count == 1 else {
      throw .invalidInput("The policy parameter \(name) of the type \(type.rawValue) has \(values.count) values.")
    }
    return .init(name: name.text, values: values.map(\.text), isList: type == .stringList)
  }
}

extension Account {
  fileprivate func templateDocument(_ arn: ARNText) throws(Failure) -> String {
    switch try anyPolicy(arn) {
    case .aws(let policy, _): policy.document()
    case .customer(let record): record.version(record.defaultVersion)?.policy.text ?? ""
    }
  }
}
