public import AWSCore

/// What the wire form of a value is: enough to compare it with AWS's API model and to describe it to a reader.
public indirect enum Shape: Sendable {
  case string(StringConstraint, enumeration: [String])
  case integer(ClosedRange<Int>)
  case boolean
  case timestamp
  case blob
  case list(Shape, length: ClosedRange<Int>)
  case map(key: Shape, value: Shape)
  case structure([Member])

  public struct Member: Sendable {
    public let name: String
    public let isRequired: Bool
    public let shape: Shape
  }

  /// The shape of a structure, read off the initialiser that decodes it.
  public static func of<T: WireStruct>(_ type: T.Type) -> Shape {
    var fields = Fields(describing: ())
    _ = T(from: &fields)
    return .structure(fields.described)
  }
}
