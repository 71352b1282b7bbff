#!/usr/bin/env bash
# The walk with nothing but curl, which signs requests itself.
set -euo pipefail

# call SERVICE VERSION ACTION [NAME=VALUE …]: the body and, in the last line, the status
call() {
  local service=$1 version=$2 action=$3 data=()
  shift 3
  for pair in "$@"; do data+=(--data-urlencode "$pair"); done
  local token=(${AWS_SESSION_TOKEN:+--header "x-amz-security-token: $AWS_SESSION_TOKEN"})
  curl --silent --show-error --aws-sigv4 "aws:amz:$AWS_REGION:$service" \
    --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" "${token[@]}" \
    --data-urlencode "Action=$action" --data-urlencode "Version=$version" "${data[@]}" \
    --write-out '\n%{http_code}' "$AWS_ENDPOINT_URL/"
}
iam() { call iam 2010-05-08 "$@"; }
sts() { call sts 2011-06-15 "$@"; }
expect() {
  local wanted=$1 said
  shift
  said=$("$@")
  [[ $said == *"$wanted"* ]] || { echo "$* said $said, not $wanted" >&2; exit 1; }
}
element() { sed -nE "s/.*<$1>([^<]*)<.*/\1/p" | head -1; }

trust='{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",
  "Principal":{"AWS":"arn:aws:iam::'$ACCOUNT':user/dave"}}]}'
read_users='{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:ListUsers","Resource":"*"}]}'

expect "<Arn>arn:aws:iam::$ACCOUNT:root</Arn>" sts GetCallerIdentity
expect '<UserName>dave</UserName>' iam CreateUser UserName=dave Path=/one/
expect '<Code>MalformedPolicyDocument</Code>' iam CreateRole RoleName=Lister "AssumeRolePolicyDocument=$trust"
trust=${trust/user\/dave/user\/one\/dave}
expect '<RoleName>Lister</RoleName>' iam CreateRole RoleName=Lister "AssumeRolePolicyDocument=$trust"
expect 200 iam PutRolePolicy RoleName=Lister PolicyName=list "PolicyDocument=$read_users"
key=$(iam CreateAccessKey UserName=dave | tr -d '\n')
id=$(element AccessKeyId <<<"$key") secret=$(element SecretAccessKey <<<"$key")
(
  export AWS_ACCESS_KEY_ID=$id AWS_SECRET_ACCESS_KEY=$secret
  expect '<Code>AccessDenied</Code>' iam ListUsers
  session=$(sts AssumeRole "RoleArn=arn:aws:iam::$ACCOUNT:role/Lister" RoleSessionName=walk | tr -d '\n')
  AWS_ACCESS_KEY_ID=$(element AccessKeyId <<<"$session") AWS_SECRET_ACCESS_KEY=$(element SecretAccessKey <<<"$session")
  AWS_SESSION_TOKEN=$(element SessionToken <<<"$session")
  expect '<UserName>dave</UserName>' iam ListUsers
  expect '<Code>AccessDenied</Code>' iam ListRoles
)
(
  export AWS_SECRET_ACCESS_KEY=wrong
  expect '<Code>SignatureDoesNotMatch</Code>' sts GetCallerIdentity
)
expect 200 iam DeleteRolePolicy RoleName=Lister PolicyName=list
expect 200 iam DeleteRole RoleName=Lister
expect 200 iam DeleteAccessKey UserName=dave "AccessKeyId=$id"
expect 200 iam DeleteUser UserName=dave
expect '<Code>NoSuchEntity</Code>' iam GetUser UserName=dave
echo "a user and a role made, used and deleted"
