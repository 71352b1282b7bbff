/// Operations of IAM's API model (botocore 1.44.5) that are not there yet. The list may only shrink.
extension IAMService {
  static let missing: Set<String> = []
}
