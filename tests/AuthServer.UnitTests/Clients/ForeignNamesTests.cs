using System.Text.Json.Nodes;
using AuthServer.Clients.Certificates;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Profiles;
using AuthServer.Clients.Registration;

namespace AuthServer.UnitTests.Clients;

/// <summary>
/// The server finds rows of clients by names in their text: what a client says of itself must have none of them, or it would take the
/// places of others, keep its own for ever, or be deleted.
/// </summary>
public sealed class ForeignNamesTests
{
    private const string Point = "1Ux_xDeh4RFKtvpgDW7Yl0Fu2bZnTqCeuQpmHYNnPBs";

    private static readonly string[] Marks =
    [
        RegistrationState.OpenMark, RegistrationState.UsedMark, ClientColumns.RegistrationMark, ClientColumns.DocumentMark,
        DocumentState.AskedMark, DocumentState.KeptMark, DocumentState.AskerMark("192.0.2.1"),
    ];

    public static TheoryData<string> Members => [.. RegistrationRules.Members.Order(StringComparer.Ordinal)];

    private static JsonObject Names => new()
    {
        ["by"] = "open", ["used_at"] = "2020-01-01T00:00:00.0000000Z", ["registration"] = new JsonObject(), ["document"] = new JsonObject(),
        ["asked_at"] = "2020-01-01T00:00:00.0000000Z", ["kept_at"] = "2020-01-01T00:00:00.0000000Z", ["asked_from"] = "192.0.2.1",
    };

    [Theory]
    [MemberData(nameof(Members))]
    public void No_member_is_kept_with_names_of_the_server_in_it(string member)
    {
        JsonNode[] values =
        [
            Names, new JsonArray(Names), new JsonArray(new JsonArray(Names)), string.Concat(Marks), new JsonArray(string.Concat(Marks)),
            new JsonObject { ["keys"] = new JsonArray(Key()) },
        ];
        foreach (var value in values)
        {
            var asked = new JsonObject { ["redirect_uris"] = new JsonArray("https://a.example/cb"), [member] = value };
            var (registered, problems) = RegistrationRules.Read(
                asked.DeepClone().AsObject(), new() { Mode = ClientRegistrationMode.Open }, new SecurityProfileOptions(),
                new MtlsOptions());
            if (problems.IsEmpty) Unmarked(ClientColumns.WriteMetadata(registered.Json), registered.Jwks?.GetRawText());
            var (described, faults) = RegistrationRules.ReadDocument(asked, new());
            if (faults.IsEmpty) Unmarked(ClientColumns.WriteMetadata(described.Json), described.Jwks?.GetRawText());
        }
    }

    [Fact]
    public void A_key_is_kept_with_what_is_known_of_keys()
    {
        var key = Key();
        (key["kid"], key["use"], key["key_ops"], key["x5c"]) = ("k", "sig", new JsonArray("verify", Names), new JsonArray("AAAA"));
        key["alg"] = Names;
        var asked = new JsonObject
        {
            ["redirect_uris"] = new JsonArray("https://a.example/cb"), ["token_endpoint_auth_method"] = "private_key_jwt",
            ["jwks"] = new JsonObject { ["keys"] = new JsonArray(key), ["used_at"] = "x" },
        };
        var (metadata, problems) = RegistrationRules.ReadDocument(asked, new());
        Assert.Empty(problems);
        Assert.Equal(
            $$"""{"keys":[{"kty":"EC","crv":"P-256","x":"{{Point}}","y":"{{Point}}","kid":"k","use":"sig","key_ops":["verify"],"""
            + "\"x5c\":[\"AAAA\"]}]}",
            metadata.Json["jwks"]!.ToJsonString());
        Assert.Equal(metadata.Json["jwks"]!.ToJsonString(), metadata.Jwks!.Value.GetRawText());
        // Of another kind it allows no more than before: nothing.
        key["key_ops"] = Names;
        Assert.Contains(
            "\"key_ops\":[]", RegistrationRules.ReadDocument(asked, new()).Metadata.Json.ToJsonString(), StringComparison.Ordinal);
        // A private part is told and not dropped: its owner has to replace the key.
        key["d"] = Point;
        Assert.Equal("jwks.keys[0]", Assert.Single(RegistrationRules.ReadDocument(asked, new()).Problems).Path);
    }

    private static JsonObject Key()
    {
        var key = new JsonObject { ["kty"] = "EC", ["crv"] = "P-256", ["x"] = Point, ["y"] = Point };
        foreach (var (name, value) in Names) key[name] = value!.DeepClone();
        return key;
    }

    private static void Unmarked(params string?[] texts) => Assert.All(
        texts, text => Assert.All(Marks, mark => Assert.DoesNotContain(mark, text ?? "", StringComparison.Ordinal)));
}
