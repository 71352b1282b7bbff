// The walk with Debian's AWS SDK for Go, version 2: a user, a role and a policy made, used and deleted.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
)

const trust = `{"Version":"2012-10-17","Statement":[
  {"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"%s"}}]}`
const reading = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:ListUsers","Resource":"*"}]}`

func must[T any](answer T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return answer
}

func expect(holds bool, what string) {
	if !holds {
		log.Fatal("not as at AWS: ", what)
	}
}

// hasCode says whether the error is the one that AWS names so.
func hasCode(err error, code string) bool {
	var failure smithy.APIError
	return errors.As(err, &failure) && failure.ErrorCode() == code
}

func main() {
	log.SetFlags(0)
	ctx := context.Background()
	account := os.Getenv("ACCOUNT")
	// This version does not know AWS_ENDPOINT_URL yet.
	resolver := aws.EndpointResolverWithOptionsFunc(func(service, region string, _ ...interface{}) (aws.Endpoint, error) {
		return aws.Endpoint{URL: os.Getenv("AWS_ENDPOINT_URL"), SigningRegion: region}, nil
	})
	root := must(config.LoadDefaultConfig(ctx, config.WithEndpointResolverWithOptions(resolver)))
	admin := iam.NewFromConfig(root)
	me := must(sts.NewFromConfig(root).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{}))
	expect(*me.Account == account, "the account")

	user := must(admin.CreateUser(ctx, &iam.CreateUserInput{
		UserName: aws.String("heidi"), Tags: []types.Tag{{Key: aws.String("team"), Value: aws.String("blue")}},
	})).User
	_, err := admin.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("HEIDI")})
	var exists *types.EntityAlreadyExistsException
	expect(errors.As(err, &exists), "a name is taken in any letter case")
	key := must(admin.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: user.UserName})).AccessKey
	role := must(admin.CreateRole(ctx, &iam.CreateRoleInput{
		RoleName: aws.String("Lister"), AssumeRolePolicyDocument: aws.String(fmt.Sprintf(trust, *user.Arn)),
	})).Role
	policy := must(admin.CreatePolicy(ctx, &iam.CreatePolicyInput{
		PolicyName: aws.String("Listing"), PolicyDocument: aws.String(reading),
	})).Policy
	must(admin.AttachRolePolicy(ctx, &iam.AttachRolePolicyInput{RoleName: role.RoleName, PolicyArn: policy.Arn}))

	own := root.Copy()
	own.Credentials = credentials.NewStaticCredentialsProvider(*key.AccessKeyId, *key.SecretAccessKey, "")
	_, err = iam.NewFromConfig(own).ListUsers(ctx, &iam.ListUsersInput{})
	expect(hasCode(err, "AccessDenied"), "a user without policies is refused")
	session := root.Copy()
	session.Credentials = aws.NewCredentialsCache(stscreds.NewAssumeRoleProvider(sts.NewFromConfig(own), *role.Arn))
	users := must(iam.NewFromConfig(session).ListUsers(ctx, &iam.ListUsersInput{})).Users
	expect(len(users) == 1 && *users[0].UserName == "heidi", "the session lists users")

	pages, listed := iam.NewListPoliciesPaginator(admin, &iam.ListPoliciesInput{Scope: types.PolicyScopeTypeAws}), 0
	for pages.HasMorePages() {
		listed += len(must(pages.NextPage(ctx)).Policies)
	}
	expect(listed > 1000, "AWS's policies are listed")

	must(admin.DetachRolePolicy(ctx, &iam.DetachRolePolicyInput{RoleName: role.RoleName, PolicyArn: policy.Arn}))
	must(admin.DeletePolicy(ctx, &iam.DeletePolicyInput{PolicyArn: policy.Arn}))
	must(admin.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: role.RoleName}))
	_, err = admin.DeleteUser(ctx, &iam.DeleteUserInput{UserName: user.UserName})
	expect(hasCode(err, "DeleteConflict"), "a user with a key is not deleted")
	must(admin.DeleteAccessKey(ctx, &iam.DeleteAccessKeyInput{UserName: user.UserName, AccessKeyId: key.AccessKeyId}))
	must(admin.DeleteUser(ctx, &iam.DeleteUserInput{UserName: user.UserName}))
	fmt.Printf("a user, a role and a policy made, used and deleted; %d policies of AWS listed\n", listed)
}
