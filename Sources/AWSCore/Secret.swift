/// A value that must not be seen: every way of printing it says `‹redacted›`.
public struct Secret<Value: Sendable>: Sendable, CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  private let value: Value

  public init(_ value: Value) { self.value = value }

  /// The value itself, for the one line that needs it.
  public func reveal() -> Value { value }

  public var description: String { "‹redacted›" }
  public var debugDescription: String { "‹redacted›" }
  public var customMirror: Mirror { Mirror(self, children: [:]) }
}
