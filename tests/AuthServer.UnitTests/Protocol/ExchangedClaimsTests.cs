using System.Collections.Immutable;
using System.Text.Json;
using AuthServer.Clients.Directory;
using AuthServer.Data.Entities;
using AuthServer.Protocol.Claims;
using AuthServer.Sessions;

namespace AuthServer.UnitTests.Protocol;

/// <summary>Which roles a token tells that was exchanged for another one (RFC 8693).</summary>
public sealed class ExchangedClaimsTests
{
    private static readonly ImmutableArray<string> Scopes = ["roles"];

    [Fact]
    public void The_roles_of_the_token_that_the_person_has_are_told() =>
        Assert.Equal("""{"roles":["editor"]}""", Told("""{"roles":["editor","admin"]}""", "editor", "reader"));

    [Theory]
    [InlineData("""{"roles":["admin"]}""")]
    [InlineData("""{"groups":["admin"]}""")]
    [InlineData("""{"roles":["admin"],"groups":["admin"]}""")]
    [InlineData("""{"roles":[1,null,{}]}""")]
    public void A_constant_of_the_other_client_gives_no_role(string told) => Assert.Equal("""{"roles":[]}""", Told(told, "editor"));

    [Fact]
    public void A_constant_beside_the_roles_hides_none() =>
        Assert.Equal("""{"roles":["editor"]}""", Told("""{"roles":["constant"],"groups":["editor"]}""", "editor"));

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"roles":"admin"}""")]
    [InlineData("""{"entitlements":["editor"]}""")]
    public void Of_a_token_without_roles_none_are_told(string told) => Assert.Null(Told(told, "editor"));

    [Fact]
    public void Of_a_client_on_its_own_behalf_none_are_told() => Assert.Equal("""{"roles":[]}""", Told("""{"roles":["admin"]}"""));

    private static string? Told(string told, params string[] held)
    {
        var token = new AccessToken("s", null, "first", "roles", [], "id", 0, 0, null, null, null)
        {
            Told = [.. JsonElement.Parse(told).EnumerateObject().Select(claim => KeyValuePair.Create(claim.Name, claim.Value))],
        };
        return ToldClaims.OfExchanged(token, [.. held], Scopes, RegisteredClient.Of(new Client { ClientId = "next" }))?.ToJsonString();
    }
}
