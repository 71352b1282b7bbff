import AWSCore
import Foundation
import Testing

@testable import AWSWire

@Suite("Wire writer") struct WireWriterTests {
  struct Item: WireOutput {
    let key: String
    var parts: [Item] = []
    func encode(to writer: inout WireWriter) {
      writer.put("Key", key)
      if !parts.isEmpty { writer.put("Parts", parts) }
    }
  }

  static func written(_ format: WireWriter.Format, _ write: (inout WireWriter) -> Void) -> String {
    var writer = WireWriter(format)
    write(&writer)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  static func sample(_ writer: inout WireWriter) {
    writer.put("Name", "a<b")
    writer.put("Absent", String?.none)
    writer.put("Size", 42)
    writer.put("IsOn", true)
    writer.put("Empty", [String]())
    writer.put("Words", ["x", "y"])
    writer.put("Items", [Item(key: "k", parts: [Item(key: "p1"), Item(key: "p2")]), Item(key: "l")])
    writer.structure("Inner") { inner in
      inner.put("At", Timestamp(seconds: 0))
      inner.structure("Nothing") { _ in }
    }
    writer.putMap("Map", [(key: "k1", value: "v1"), (key: "k2", value: "v2")])
    writer.put("Last", false)
  }

  @Test("XML has an element for each member")
  func xml() {
    #expect(
      Self.written(.xml, Self.sample)
        == "<Name>a&lt;b</Name><Size>42</Size><IsOn>true</IsOn><Empty></Empty>"
        + "<Words><member>x</member><member>y</member></Words>"
        + "<Items><member><Key>k</Key><Parts><member><Key>p1</Key></member><member><Key>p2</Key></member></Parts>"
        + "</member><member><Key>l</Key></member></Items>"
        + "<Inner><At>1970-01-01T00:00:00Z</At><Nothing></Nothing></Inner>"
        + "<Map><entry><key>k1</key><value>v1</value></entry><entry><key>k2</key><value>v2</value></entry></Map>"
        + "<Last>false</Last>")
  }

  @Test("JSON has a member for each, and commas where they belong")
  func json() throws {
    let text = Self.written(.json) { writer in
      writer.append(raw: "{")
      Self.sample(&writer)
      writer.append(raw: "}")
    }
    #expect(
      text
        == #"{"Name":"a<b","Size":42,"IsOn":true,"Empty":[],"Words":["x","y"],"#
        + #""Items":[{"Key":"k","Parts":[{"Key":"p1"},{"Key":"p2"}]},{"Key":"l"}],"#
        + #""Inner":{"At":0,"Nothing":{}},"Map":{"k1":"v1","k2":"v2"},"Last":false}"#)
    #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(text.utf8)) }
  }

  @Test("the whole of XML's markup is escaped")
  func xmlEscapes() {
    #expect(
      Self.written(.xml) { $0.put("T", #"</T>&amp;"'<![CDATA[ ]]>"#) }
        == "<T>&lt;/T&gt;&amp;amp;&quot;'&lt;![CDATA[ ]]&gt;</T>")
  }

  @Test("what XML cannot carry is replaced, line ends and tabs stay, a carriage return survives its reader")
  func xmlControls() {
    for byte in UInt8(0)...0x1F {
      let text = Self.written(.xml) { $0.put("T", String(Unicode.Scalar(byte))) }
      switch byte {
      case 0x09, 0x0A: #expect(text == "<T>\(String(Unicode.Scalar(byte)))</T>")
      case 0x0D: #expect(text == "<T>&#xD;</T>")
      default: #expect(text == "<T>\u{FFFD}</T>")
      }
    }
    for text in ["\u{FFFE}", "\u{FFFF}"] {
      #expect(Self.written(.xml) { $0.put("T", "a\(text)b") } == "<T>a\u{FFFD}b</T>")
    }
    for text in ["\u{7F}é€\u{1F600}", "\u{FFFD}", "\u{FFBE}\u{FFBF}", "\u{3BF}\u{FFC}\u{1FFBE}", "ÿ¾¿"] {
      #expect(Self.written(.xml) { $0.put("T", text) } == "<T>\(text)</T>")
    }
  }

  @Test("every text comes back from JSON as it was")
  func jsonEscapes() throws {
    var texts = (UInt32(0)...0x2FF).compactMap(Unicode.Scalar.init).map { String($0) }
    texts += [#"\"#, #"""#, #"\""#, #"\u0041"#, "\u{2028}\u{1F600}", "</script>", "\u{FFFF}", "a\0b"]
    for text in texts {
      let written = Self.written(.json) { writer in
        writer.append(raw: "{")
        writer.put("T", text)
        writer.append(raw: "}")
      }
      let read = try JSONDecoder().decode([String: String].self, from: Data(written.utf8))
      #expect(read["T"].map { Array($0.utf8) } == Array(text.utf8))
    }
  }

  @Test("names of JSON's maps are escaped too")
  func jsonNames() throws {
    let written = Self.written(.json) { writer in
      writer.append(raw: "{")
      writer.putMap("M", [(key: #"a"b\"#, value: "v")])
      writer.append(raw: "}")
    }
    let read = try JSONDecoder().decode([String: [String: String]].self, from: Data(written.utf8))
    #expect(read == ["M": [#"a"b\"#: "v"]])
  }

  @Test("instants, ARNs and account ids are spelled as each protocol spells them")
  func scalars() throws {
    let account = try #require(AccountID(number: 42))
    func write(_ writer: inout WireWriter) {
      writer.put("At", Timestamp(milliseconds: -1))
      writer.put("Account", account)
      writer.put("Arn", ARN.iam(account, "root"))
    }
    #expect(
      Self.written(.xml, write)
        == "<At>1969-12-31T23:59:59Z</At><Account>000000000042</Account><Arn>arn:aws:iam::000000000042:root</Arn>")
    #expect(Self.written(.json, write) == #""At":-1,"Account":"000000000042","Arn":"arn:aws:iam::000000000042:root""#)
  }

  @Test("structures and lists nest in each other to any depth")
  func nesting() throws {
    var item = Item(key: "0")
    for depth in 1...50 { item = Item(key: String(depth), parts: [item, Item(key: "leaf")]) }
    let written = Self.written(.json) { writer in
      writer.append(raw: "{")
      writer.put("Root", item)
      writer.append(raw: "}")
    }
    #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(written.utf8)) }
    #expect(
      written.hasSuffix(#"{"Key":"0"},{"Key":"leaf"}"# + String(repeating: #"]},{"Key":"leaf"}"#, count: 49) + "]}}"))
  }
}
