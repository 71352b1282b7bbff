/// A policy as far as it could be read: what was of the wrong kind is left out here and told by the reader.
struct PolicyOutline {
  let type: PolicyType
  let bytes: [UInt8]
  let place: Place
  /// The members that are there, of whatever kind; nil where the text is no object.
  var elements: Set<String>?
  var version: PlacedText?
  var statements: [StatementOutline] = []

  /// Whether `${…}` means a variable.
  var hasVariables: Bool { version?.text == PolicyDocument.Version.v2012.rawValue }

  /// A part of a string, counted in characters of what it says.
  func part(_ characters: Range<Int>, of text: PlacedText) -> Place {
    let step = Finding.PathElement.substring(start: characters.lowerBound, length: characters.count)
    return Place(
      path: text.place.path + [step], range: RawText(bytes, literal: text.place.range).bytes(of: characters))
  }

  /// Whether a statement is one of a role's trust policy. Where the type of the resource is not given, it shows.
  func isTrust(_ statement: StatementOutline) -> Bool {
    switch type {
    case .resource(.role): true
    case .resource(nil): statement.readsLikeTrust
    default: false
    }
  }
}

struct StatementOutline {
  let place: Place
  var sid: PlacedText?
  var effectText: PlacedText?
  var actions: ListElement?
  var notActions: ListElement?
  var resources: ListElement?
  var notResources: ListElement?
  var principal: PrincipalElement?
  var notPrincipal: PrincipalElement?
  var condition: ConditionElement?
  /// The elements that are there, of whatever kind.
  var elements: Set<String> = []

  init(place: Place) { self.place = place }

  var effect: Statement.Effect? { effectText.flatMap { Statement.Effect(rawValue: $0.text) } }

  /// Only actions of STS and no resource.
  var readsLikeTrust: Bool {
    guard let actions, !actions.items.isEmpty, resources == nil, notResources == nil else { return false }
    return actions.items.allSatisfy { $0.folded.hasPrefix("sts:") }
  }

  /// Every operator with every one of its keys.
  var clauses: [Clause] {
    (condition?.operators ?? []).flatMap { element in
      element.keys.map { Clause(operatorName: element.name, conditionOperator: element.conditionOperator, key: $0) }
    }
  }

  /// Whether any clause is about one of these keys, in lower case.
  func hasKey(_ names: Set<String>) -> Bool { clauses.contains { names.contains($0.key.folded) } }
}

/// `Action`, `NotAction`, `Resource` or `NotResource`.
struct ListElement {
  let name: String
  let place: Place
  let items: [PlacedText]
  let isEmptyArray: Bool

  /// Whether an item matches an action.
  func matches(_ action: String) -> Bool { items.contains { $0.matches(action) } }
}

/// `Principal` or `NotPrincipal`.
struct PrincipalElement {
  let name: String
  let place: Place
  /// `"*"` in place of an object.
  let isStar: Bool
  let isEmptyObject: Bool
  let entries: [Entry]

  struct Entry {
    let key: PlacedText
    let values: [PlacedText]
    let place: Place
    let isEmptyArray: Bool
  }

  func values(of key: String) -> [PlacedText] { entries.filter { $0.key.text == key }.flatMap(\.values) }
}

struct ConditionElement {
  let place: Place
  let operators: [OperatorElement]
  let isEmptyObject: Bool
}

struct OperatorElement {
  let name: PlacedText
  /// Nil for a name that AWS does not have.
  let conditionOperator: ConditionOperator?
  let place: Place
  let keys: [KeyElement]
  let isEmptyObject: Bool
}

struct KeyElement {
  let name: PlacedText
  /// The name in lower case, as keys are compared.
  let folded: String
  /// What AWS says of the key; nil for one that it does not list.
  let reference: ServiceReference.ConditionKey?
  /// Of what stands behind the colon.
  let place: Place
  let values: [ConditionValue]
  let isEmptyArray: Bool
}

struct ConditionValue {
  enum Kind { case string, number, bool }

  let kind: Kind
  let placed: PlacedText

  var text: String { placed.text }
  var place: Place { placed.place }
}

/// One operator with one key and its values.
struct Clause {
  let operatorName: PlacedText
  let conditionOperator: ConditionOperator?
  let key: KeyElement

  /// What is compared, if the operator is one of AWS's.
  var comparison: ConditionOperator.Comparison? { conditionOperator?.comparison }
}
