import PolicyEngine

/// What a person calls the policies of a case.
public enum PolicyNames: Sendable {
  /// By their places: `identity[0]`, `scp[1][0]`.
  case places
  /// By the files that they came from; of service control policies one for each level.
  case files([CaseLayer: [String]])

  /// - Parameter index: of the policy in its list.
  public func name(_ layer: CaseLayer, level: Int, index: Int) -> String {
    switch self {
    case .places: return Self.place(layer, level: level, index: index)
    case .files(let files):
      let number = layer == .scp ? level : index
      guard let list = files[layer], list.indices.contains(number) else {
        return Self.place(layer, level: level, index: index)
      }
      return list[number]
    }
  }

  private static func place(_ layer: CaseLayer, level: Int, index: Int) -> String {
    switch layer {
    case .resource: layer.rawValue
    case .scp, .rcp: "\(layer.rawValue)[\(level)][\(index)]"
    case .identity, .boundary, .session, .endpoint: "\(layer.rawValue)[\(index)]"
    }
  }
}
