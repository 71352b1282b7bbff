# The walk with Debian's AWS SDKs for Ruby: IAM is in version 1 only, STS in version 3 too.

require "aws-sdk-core"
require "aws-sdk-v1"
require "uri"

ACCOUNT = ENV.fetch("ACCOUNT")
ENDPOINT = URI(ENV.fetch("AWS_ENDPOINT_URL"))

def expect(what, holds)
  abort "not as at AWS: #{what}" unless holds
end

def refused(code)
  yield
  abort "#{code} was expected"
rescue AWS::Errors::Base => error
  expect("#{code}, but #{error.class}", error.class.name.split("::").last == code)
end

def iam(credentials = {})
  AWS::IAM.new(
    { iam_endpoint: ENDPOINT.host, iam_port: ENDPOINT.port, use_ssl: false }.merge(credentials)).client
end

def trust(principal)
  %({"Version":"2012-10-17","Statement":[
    {"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"#{principal}"}}]})
end

admin = iam
user = admin.create_user(user_name: "ivan")[:user]
refused("EntityAlreadyExists") { admin.create_user(user_name: "IVAN") }
key = admin.create_access_key(user_name: "ivan")[:access_key]
role = admin.create_role(role_name: "Lister", assume_role_policy_document: trust(user[:arn]))[:role]
admin.put_role_policy(
  role_name: "Lister", policy_name: "list",
  policy_document: %({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:ListUsers","Resource":"*"}]}))

sts = Aws::STS::Client.new(
  endpoint: ENDPOINT.to_s, region: ENV.fetch("AWS_REGION"), access_key_id: key[:access_key_id],
  secret_access_key: key[:secret_access_key])
expect("the caller", sts.get_caller_identity.arn == "arn:aws:iam::#{ACCOUNT}:user/ivan")
session = sts.assume_role(role_arn: role[:arn], role_session_name: "walk").credentials
assumed = iam(
  access_key_id: session.access_key_id, secret_access_key: session.secret_access_key,
  session_token: session.session_token)
expect("the session lists users", assumed.list_users[:users].map { |each| each[:user_name] } == ["ivan"])
refused("AccessDenied") { assumed.list_roles }

admin.delete_role_policy(role_name: "Lister", policy_name: "list")
admin.delete_role(role_name: "Lister")
refused("DeleteConflict") { admin.delete_user(user_name: "ivan") }
admin.delete_access_key(user_name: "ivan", access_key_id: key[:access_key_id])
admin.delete_user(user_name: "ivan")
puts "a user and a role made, used and deleted"
