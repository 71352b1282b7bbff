#!/usr/bin/env bash
# The walk with the AWS CLI, whose program is the first argument.
set -euo pipefail
aws=$1
trust='{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",
  "Principal":{"AWS":"'$ACCOUNT'"}}]}'

ask() { "$aws" "$@" --output text; }
refused() {
  local code=$1
  shift
  if said=$("$aws" "$@" 2>&1); then
    echo "$code was expected of: $*" >&2
    exit 1
  fi
  [[ $said == *"($code)"* ]] || { echo "$said" >&2; exit 1; }
}

[[ $(ask sts get-caller-identity --query Arn) == "arn:aws:iam::$ACCOUNT:root" ]]
ask iam create-user --user-name bob --tags Key=team,Value=blue >/dev/null
"$aws" iam wait user-exists --user-name bob
ask iam create-group --group-name Operators >/dev/null
ask iam add-user-to-group --group-name Operators --user-name bob
ask iam attach-group-policy --group-name Operators --policy-arn arn:aws:iam::aws:policy/IAMReadOnlyAccess
ask iam put-group-policy --group-name Operators --policy-name assume --policy-document \
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"}]}'
ask iam create-role --role-name Operator --assume-role-policy-document "$trust" >/dev/null
ask iam attach-role-policy --role-name Operator --policy-arn arn:aws:iam::aws:policy/IAMFullAccess
read -r id secret < <(ask iam create-access-key --user-name bob --query 'AccessKey.[AccessKeyId,SecretAccessKey]')
(
  export AWS_ACCESS_KEY_ID=$id AWS_SECRET_ACCESS_KEY=$secret
  [[ $(ask iam list-users --query 'Users[].UserName') == bob ]]
  refused AccessDenied iam create-user --user-name mallory
  read -r AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN < <(
    ask sts assume-role --role-arn "arn:aws:iam::$ACCOUNT:role/Operator" --role-session-name walk \
      --query 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]')
  export AWS_SESSION_TOKEN
  ask iam create-user --user-name carol >/dev/null
  ask iam delete-user --user-name carol
)
refused DeleteConflict iam delete-user --user-name bob
refused NoSuchEntity iam get-user --user-name carol
ask iam detach-role-policy --role-name Operator --policy-arn arn:aws:iam::aws:policy/IAMFullAccess
ask iam delete-role --role-name Operator
ask iam delete-access-key --user-name bob --access-key-id "$id"
ask iam remove-user-from-group --group-name Operators --user-name bob
ask iam delete-user --user-name bob
ask iam delete-group-policy --group-name Operators --policy-name assume
ask iam detach-group-policy --group-name Operators --policy-arn arn:aws:iam::aws:policy/IAMReadOnlyAccess
ask iam delete-group --group-name Operators
[[ $(ask iam list-roles --query 'length(Roles)') == 0 ]]
echo "a user, a group and a role made, used and deleted"
