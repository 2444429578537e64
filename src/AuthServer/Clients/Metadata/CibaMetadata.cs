using System.Text.Json;

namespace AuthServer.Clients.Metadata;

/// <summary>The members of CIBA Core 1.0 section 4: this server has tokens fetched by the client (poll), and no user codes.</summary>
internal static class CibaMetadata
{
    public const string DeliveryMember = "backchannel_token_delivery_mode", UserCodeMember = "backchannel_user_code_parameter";

    private const string Poll = "poll";

    public static void Check(ClientMetadata client, JsonElement json, ICollection<MetadataProblem> problems)
    {
        var hasGrant = client.GrantTypes.Contains(GrantNames.Ciba);
        if (hasGrant && client.IsPublic) problems.Add(new("grant_types", $"{GrantNames.Ciba} needs a client that authenticates"));
        if (hasGrant && !client.Scopes.Contains("openid")) problems.Add(new("scope", $"needs openid for {GrantNames.Ciba}"));
        var found = new List<MetadataProblem>();
        var read = new JsonMembers(json, found);
        if (read.Text(DeliveryMember, 10) is not (null or Poll))
        {
            found.Add(new(DeliveryMember, $"must be {Poll}: this server calls no client back with tokens"));
        }
        if (read.Flag(UserCodeMember) is true) found.Add(new(UserCodeMember, "must be false: people prove themselves when they sign in"));
        foreach (var problem in found) problems.Add(problem);
    }
}
