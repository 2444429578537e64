using System.Text.Json.Nodes;
using AuthServer.Data.Entities;
using AuthServer.Users.Profile;

namespace AuthServer.UnitTests.Users;

/// <summary>OpenID Connect Core 5.1 and 5.4.</summary>
public sealed class StandardClaimsTests
{
    private const string Everything = """
        {"name":"Alice P. Liddell","given_name":"Alice","family_name":"Liddell","middle_name":"Pleasance","nickname":"Al",
         "preferred_username":"alice","profile":"https://example.com/alice","picture":"https://example.com/alice.png",
         "website":"https://alice.example","email":"alice@example.com","email_verified":true,"gender":"female",
         "birthdate":"1852-05-04","zoneinfo":"Europe/London","locale":"en-GB",
         "phone_number":"+441865000000","phone_number_verified":false,
         "address":{"formatted":"Deanery\nOxford","street_address":"Deanery","locality":"Oxford","region":"Oxon",
         "postal_code":"OX1","country":"UK"},"updated_at":1700000000}
        """;

    [Fact]
    public void Every_standard_claim_can_be_stored_and_comes_back_with_its_type()
    {
        var claims = JsonNode.Parse(Everything)!.AsObject();
        var user = new User { Email = "alice@example.com" };
        Assert.Empty(StandardClaims.Validate(claims, user.Email));
        StandardClaims.Replace(user, claims);
        Assert.True(JsonNode.DeepEquals(claims, StandardClaims.Of(user)), StandardClaims.Of(user).ToJsonString());
        Assert.Equal(("Alice", "Liddell", true), (user.FirstName, user.LastName, user.EmailConfirmed));
        Assert.Equal(new DateTime(2023, 11, 14, 22, 13, 20, DateTimeKind.Utc), user.UpdatedAt);
    }

    [Fact]
    public void The_name_is_made_of_first_and_last_name_unless_it_is_stored()
    {
        Assert.Equal("Alice Liddell", (string?)StandardClaims.Of(new User { FirstName = "Alice", LastName = "Liddell" })["name"]);
        Assert.Equal("Alice", (string?)StandardClaims.Of(new User { FirstName = "Alice" })["name"]);
        Assert.False(StandardClaims.Of(new User()).ContainsKey("name"));
        Assert.Equal("Al", (string?)StandardClaims.Of(new User { FirstName = "Alice", Claims = """{"name":"Al"}""" })["name"]);
    }

    [Fact]
    public void What_a_user_does_not_have_is_left_out()
    {
        var claims = StandardClaims.Of(new User { Email = "a@example.com" });
        Assert.Equal(["email", "email_verified"], claims.Select(c => c.Key).Order(StringComparer.Ordinal));
        Assert.False((bool)claims["email_verified"]!);
    }

    [Theory]
    [InlineData("""{"sub":"x"}""", "sub")]
    [InlineData("""{"favourite_colour":"red"}""", "favourite_colour")]
    [InlineData("""{"roles":["admin"]}""", "roles")]
    [InlineData("""{"groups":["staff"]}""", "groups")]
    [InlineData("""{"nickname":5}""", "nickname")]
    [InlineData("""{"nickname":""}""", "nickname")]
    [InlineData("""{"nickname":null}""", "nickname")]
    [InlineData("""{"email_verified":"true"}""", "email_verified")]
    [InlineData("""{"phone_number_verified":1}""", "phone_number_verified")]
    [InlineData("""{"updated_at":"2024-01-01"}""", "updated_at")]
    [InlineData("""{"updated_at":1.5}""", "updated_at")]
    [InlineData("""{"address":"Oxford"}""", "address")]
    [InlineData("""{"address":{"city":"Oxford"}}""", "address")]
    [InlineData("""{"address":{"locality":5}}""", "address")]
    [InlineData("""{"email":"someone@else.example"}""", "email")]
    public void A_wrong_claim_is_refused_by_name(string json, string name) =>
        Assert.Equal([name], StandardClaims.Validate(JsonNode.Parse(json)!.AsObject(), "alice@example.com").Keys);

    [Theory]
    [InlineData("name", "profile")]
    [InlineData("updated_at", "profile")]
    [InlineData("email_verified", "email")]
    [InlineData("address", "address")]
    [InlineData("phone_number", "phone")]
    [InlineData("roles", "roles")]
    [InlineData("groups", "groups")]
    [InlineData("department", null)]
    public void A_claim_belongs_to_the_scope_that_the_standard_names(string claim, string? scope) =>
        Assert.Equal(scope, StandardClaims.ScopeOf(claim));

    [Theory]
    [InlineData("not json")]
    [InlineData("[1]")]
    [InlineData("""{"nickname":["a"],"sub":"forged","roles":["admin"],"email":"forged@example.com","is_admin":true}""")]
    [InlineData("""{"nickname":"a","nickname":"b"}""")]
    public void What_another_sql_client_stored_wrongly_is_not_told(string stored) =>
        Assert.Equal(
            ["email", "email_verified"], StandardClaims.Of(new User { Email = "a@example.com", Claims = stored }).Select(c => c.Key)
                .Order(StringComparer.Ordinal));
}
