/// How large a case may be.
///
/// Most of these are far above what AWS admits; they keep the cost of one line in bounds. The number of lines has no
/// limit.
public enum CaseLimits {
  /// Bytes of a line, without its newline.
  public static let lineBytesMax = 16 << 20
  /// Levels of arrays and objects in a line, those of its policies included.
  public static let depthMax = 128
  /// Levels down to which a line is taken apart; deeper objects are policies, which are parsed on their own.
  static let treeDepthMax = 3
  /// Bytes of one policy; AWS's largest are below a third of it.
  public static let policyBytesMax = 128 << 10
  /// Policies of one case, in all layers; a level of an organization counts as one more.
  public static let policiesMax = 1000
  /// Bytes of an id, an ARN, an action, a condition key or one of its values.
  public static let textBytesMax = 8192
  public static let contextKeysMax = 1000
  /// Values of all condition keys together.
  public static let contextValuesMax = 10_000
}
