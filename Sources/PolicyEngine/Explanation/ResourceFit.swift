/// What AWS's service reference says to the resource of a request.
// AWS: an action is allowed only on resources of the types that the service authorization reference lists for it, and
// one that lists none only on `*` (reference_policies_elements_resource.md).
struct ResourceFit {
  private let action: ServiceReference.Action
  private let resource: String

  /// Nil where the reference does not know the action.
  init?(_ request: AuthorizationRequest) {
    guard let id = request.actionID else { return nil }
    action = ServiceReference.Action(id)
    resource = request.resource
  }

  static func remarks(on request: AuthorizationRequest) -> [Explanation.Remark] {
    guard let fit = ResourceFit(request) else {
      let nearest = ServiceReference.suggestions(forAction: request.action, limit: suggestionsMax)
      return [.unknownAction(request.action, nearest: nearest.map(\.description))]
    }
    return [fit.remark(on: fit.resource)].compactMap { $0 }
  }

  private static let suggestionsMax = 3

  /// To the patterns of a `Resource` of which none matches.
  func remark(onPatterns patterns: [String]) -> Explanation.Remark? {
    // The request itself is wrong, which is told once.
    guard remark(on: resource) == nil else { return nil }
    for pattern in patterns {
      if let remark = remark(on: pattern), !pattern.contains("${") { return remark }
    }
    return nil
  }

  private func remark(on text: String) -> Explanation.Remark? {
    if action.isWildcardOnly { return text == "*" ? nil : .actionWithoutResource(action.description) }
    let expected = action.resourceTypes.map(\.type)
    // Where only some requests name a resource, the others are on `*`.
    if text == "*", action.resourceTypes.contains(where: { !$0.isRequired }) { return nil }
    var found = Self.types(of: text, among: expected + action.service.resourceTypes)
    found.removeAll { type in expected.contains { $0.name == type.name } }
    let isExpected = !Self.types(of: text, among: expected + action.service.resourceTypes).isEmpty && found.isEmpty
    if isExpected { return nil }
    let usual = action.resourceTypes.filter(\.isRequired).map(\.type)
    return .otherResource(
      action: action.description, text: text, isTypes: found.map(\.name),
      expected: (usual.isEmpty ? expected : usual).map { .init(type: $0.name, pattern: $0.arnPatterns.first ?? "*") })
  }

  /// The types whose patterns say most of what the text says.
  private static func types(
    of text: String, among types: [ServiceReference.ResourceType]
  ) -> [ServiceReference.ResourceType] {
    var best: [ServiceReference.ResourceType] = []
    var most = -1
    for type in types {
      guard let literals = type.arnPatterns.compactMap({ ARNForm($0).literals(in: text) }).max() else { continue }
      if literals > most { best = [] }
      if literals >= most, !best.contains(where: { $0.index == type.index }) { best.append(type) }
      most = max(most, literals)
    }
    return best
  }
}

/// How the ARNs of a type of resource look.
private struct ARNForm {
  private let fields: [[UInt16]]

  init(_ pattern: String) {
    var fields: [[UInt16]] = [[]]
    var isInPlaceholder = false
    for byte in pattern.utf8 {
      switch byte {
      case UInt8(ascii: "$"):
        isInPlaceholder = true
        fields[fields.count - 1] += [Glob.anyOne, Glob.anyRun]
      case UInt8(ascii: "}"): isInPlaceholder = false
      case _ where isInPlaceholder: break
      case UInt8(ascii: ":") where fields.count < 6: fields.append([])
      default: Glob.append(byte, to: &fields[fields.count - 1], wildcards: true)
      }
    }
    self.fields = fields
  }

  /// How many letters of the last field are fixed; nil where an ARN is not of this form. What a policy leaves open in
  /// the other fields can be anything.
  func literals(in text: String) -> Int? {
    let parts = text.utf8.split(separator: UInt8(ascii: ":"), maxSplits: 5, omittingEmptySubsequences: false)
    guard parts.count == 6, fields.count == 6 else { return nil }
    for (index, field) in fields.enumerated() {
      let part = Array(parts[index])
      if index < 5, part == Array("*".utf8) { continue }
      guard Glob.matches(field.span, part.span) else { return nil }
    }
    return fields[5].count { $0 <= 0xFF }
  }
}
