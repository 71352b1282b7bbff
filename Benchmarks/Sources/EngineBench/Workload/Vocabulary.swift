import PolicyEngine

/// What the statements and requests of the workload speak of: actions and resource types of eight services, as the
/// service reference has them.
struct Vocabulary {
  static let prefixes = ["s3", "ec2", "iam", "dynamodb", "lambda", "sqs", "kms", "logs"]
  /// A resource type that fewer actions know is left out.
  private static let actionsMin = 4
  // AWS: IAM's own check of policies does not admit this type of its resources.
  private static let refused = "arn:${Partition}:iam::${Account}:delegation-request/${DelegationRequestId}"

  /// Resources of one type with the actions on them, the common ones first.
  struct Kind {
    let service: String
    /// How its ARNs look: `arn:${Partition}:s3:::${BucketName}`; `*` for actions without a resource.
    let pattern: String
    /// With the service: `s3:GetObject`.
    let actions: [String]

    /// Those that only look.
    var readingActions: [String] {
      actions.filter { name in ["Get", "List", "Describe"].contains { name.contains(":\($0)") } }
    }
  }

  /// For each service its kinds, those with most actions first.
  let kinds: [[Kind]]
  /// The actions without a resource of each service that has some with which to look.
  let unbound: [Kind]

  init(_ random: inout SplitMix64) throws {
    var kinds: [[Kind]] = []
    var unbound: [Kind] = []
    for prefix in Self.prefixes {
      guard let service = ServiceReference.service(prefix) else { throw Complaint("the reference has no `\(prefix)`") }
      var actions: [String: [String]] = [:]
      for action in service.actions {
        let types = action.isWildcardOnly ? ["*"] : action.resourceTypes.flatMap(\.type.arnPatterns)
        for pattern in types { actions[pattern, default: []].append(action.description) }
      }
      var found: [Kind] = []
      for (pattern, names) in actions.sorted(by: { ($1.value.count, $0.key) < ($0.value.count, $1.key) }) {
        guard names.count >= Self.actionsMin, pattern != Self.refused, pattern == "*" || !pattern.contains("*") else {
          continue
        }
        var shuffled = names
        random.shuffle(&shuffled)
        let kind = Kind(service: prefix, pattern: pattern, actions: shuffled)
        if pattern != "*" {
          found.append(kind)
        } else if !kind.readingActions.isEmpty {
          unbound.append(kind)
        }
      }
      kinds.append(found)
    }
    self.kinds = kinds
    self.unbound = unbound
  }

  func kind(_ random: inout SplitMix64) -> Kind { random.pickEarly(random.pick(kinds)) }
}

/// The words that names are made of.
enum Words {
  static let account = "123456789012"
  static let organization = "o-a1b2c3d4e5"
  static let regions = ["us-east-1", "eu-west-1", "eu-central-1"]
  static let environments = ["prod", "staging", "dev", "test"]
  static let teams = [
    "payments", "orders", "search", "billing", "catalog", "identity", "media", "mobile", "analytics", "platform",
    "security", "logistics", "pricing", "support", "growth", "ledger", "checkout", "inventory", "partners", "reports",
    "archive", "streaming", "research", "network",
  ]
  static let nouns = [
    "data", "events", "cache", "images", "exports", "invoices", "sessions", "backups", "uploads", "metrics", "queue",
    "worker", "api", "index", "jobs", "config", "audit", "tokens", "models", "features", "profiles", "receipts",
    "webhooks", "state",
  ]

  /// `payments-prod-events`.
  static func name(_ random: inout SplitMix64, team: String? = nil) -> String {
    "\(team ?? random.pick(teams))-\(random.pick(environments))-\(random.pick(nouns))"
  }
}
