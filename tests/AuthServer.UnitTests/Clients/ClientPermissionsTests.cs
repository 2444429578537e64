using System.Text.Json;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Metadata;
using AuthServer.Data.Entities;
using AuthServer.Protocol.Authorization;

namespace AuthServer.UnitTests.Clients;

/// <summary>RFC 6749 section 5.2, unauthorized_client: a client does what it is registered for and nothing else.</summary>
public sealed class ClientPermissionsTests
{
    private static readonly string[] All = ["ept:authorization", "gt:authorization_code", "rst:code"];

    [Fact]
    public void A_client_with_every_permission_may_ask_for_a_code() =>
        Assert.Null(ClientPermissions.FaultAtAuthorization(Client(All), "code"));

    [Theory]
    [InlineData("ept:authorization", ClientPermissions.EndpointFault)]
    [InlineData("gt:authorization_code", ClientPermissions.GrantFault)]
    [InlineData("rst:code", "The client is not registered for this response type.")]
    public void A_permission_that_is_missing_is_named(string missing, string fault) =>
        Assert.Equal(fault, ClientPermissions.FaultAtAuthorization(Client([.. All.Where(p => p != missing)]), "code"));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("token")]
    [InlineData("code code")]
    public void No_other_response_type_is_allowed(string? responseType) =>
        Assert.NotNull(ClientPermissions.FaultAtAuthorization(Client(All), responseType));

    [Theory]
    [InlineData("client_credentials")]
    [InlineData("urn:openid:params:grant-type:ciba")]
    [InlineData("urn:ietf:params:oauth:grant-type:token-exchange")]
    [InlineData("urn:ietf:params:oauth:grant-type:jwt-bearer")]
    public void A_public_client_never_acts_for_itself_or_for_people_who_are_elsewhere(string grant)
    {
        Assert.False(ClientPermissions.MayUse(Client(["gt:" + grant]), grant));
        Assert.True(ClientPermissions.MayUse(Client(["gt:" + grant], type: "confidential"), grant));
    }

    [Theory]
    [InlineData("[\"ft:pkce\"]", null, true)]
    [InlineData("[\"ft:pkce\"]", "", true)]
    [InlineData("[\"ft:pkce\"]", "x", false)]
    [InlineData(null, null, false)]
    public void A_challenge_is_missing_where_the_client_must_send_one(string? requirements, string? challenge, bool missing) =>
        Assert.Equal(missing, CodeChallenge.IsMissing(Client(All, requirements, "confidential", SecurityProfile.OidcBasic), challenge));

    private static RegisteredClient Client(
        string[] permissions, string? requirements = null, string type = "public", SecurityProfile profile = SecurityProfile.OAuth21) =>
        RegisteredClient.Of(
            new Client
            {
                ClientId = "a",
                ClientType = type,
                Permissions = JsonSerializer.Serialize(permissions),
                Requirements = requirements,
            },
            profile);
}
