import AWSCore
import Directory
import PolicyEngine
import ServiceKit
import Testing

import struct Directory.Tag

@Suite("Access") struct AccessTests {
  let account: AccountID
  init() throws { account = try #require(AccountID(number: 42)) }

  private func tag(_ key: String, _ value: String) -> Tag {
    Tag(key: TagKey(unchecked: key), value: TagValue(unchecked: value))
  }

  private func keys(_ access: Access) -> [String: [String]] {
    Dictionary(access.keys.map { ($0.name, $0.values) }) { $1 }
  }

  @Test("requested tags are keys of their own, and their names a list")
  func requestTags() {
    let access = Access("iam:CreateUser").requesting(tags: [tag("team", "blue"), tag("Stage", "")])
    #expect(
      keys(access) == [
        "aws:RequestTag/team": ["blue"], "aws:RequestTag/Stage": [""], "aws:TagKeys": ["team", "Stage"],
      ])
    #expect(keys(Access("iam:CreateUser").requesting(tags: [])).isEmpty)
    #expect(keys(Access("iam:UntagUser").requesting(tagKeys: [TagKey(unchecked: "a")])) == ["aws:TagKeys": ["a"]])
  }

  @Test("a resource's tags are there under the global key and the service's")
  func resourceTags() {
    var user = UserRecord(
      id: "U", account: account, userName: UserName(unchecked: "ann"), path: .root,
      createDate: Timestamp(seconds: 0), tags: [], permissionsBoundary: nil)
    #expect(keys(Access("iam:GetUser", on: user.arn).on(tagged: user)).isEmpty)
    #expect(keys(Access("iam:GetUser").on(tagged: UserRecord?.none)) == [:])
    user.tags = [tag("team", "blue")]
    let access = Access("iam:GetUser", on: user.arn).on(tagged: user)
    var context = RequestContext()
    access.putKeys(into: &context)
    #expect(context["aws:ResourceTag/team"] == ["blue"])
    #expect(context["iam:ResourceTag/team"] == ["blue"])
    #expect(context.keys.count == 2)
    #expect(access.resource == "arn:aws:iam::000000000042:user/ann")
  }

  @Test("a boundary is a key, further permissions are kept, and an open access needs none")
  func others() {
    let arn = ARN.iam(account, "policy/b")
    #expect(keys(Access("iam:CreateUser").bounded(by: arn)) == ["iam:PermissionsBoundary": [arn.text]])
    #expect(keys(Access("iam:CreateUser").bounded(by: nil)).isEmpty)
    let both = Access("a:B").also(Access("iam:PassRole", on: arn)).also(Access("c:D"))
    #expect(both.further.map(\.action) == ["iam:PassRole", "c:D"])
    #expect(Access("a:B").resource == "*")
    #expect(Access.open.action == nil)
  }
}
