/// Services that AWS has ended, or has never described, and that its managed policies still name.
///
/// The service authorization reference knows them no more; what a policy says of them is not checked.
enum RetiredServices {
  static let prefixes: Set<String> = [
    "builderid", "codestar", "deepcomposer", "deeplens", "deepracer", "elastic-inference", "evidently", "iot1click",
    "iotevents", "zocalo",
  ]
}
