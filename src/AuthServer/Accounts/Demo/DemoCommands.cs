using AuthServer.Configuration;
using AuthServer.Seeding;
using AuthServer.Ui.Demo;

namespace AuthServer.Accounts.Demo;

/// <summary>The commands with which a person goes on in a shell. Tokens and addresses hold nothing that a shell would read.</summary>
internal static class DemoCommands
{
    private const string Bearer = """curl -H "Authorization: Bearer $TOKEN" """;

    public static DemoTokensModel With(IssuerOptions issuer, string accessToken, string? refreshToken) => new()
    {
        KeepToken = $"TOKEN={accessToken}",
        UserInfo = $"{Bearer}{issuer.IssuerText}{ProtocolPaths.UserInfo}",
        StartApi = "dotnet run --project src/ResourceApi",
        AddNote = $$"""{{Bearer}}-H 'Content-Type: application/json' -d '{"text":"My first note"}' {{DemoApp.SampleApi}}/v1/notes""",
        ListNotes = $"{Bearer}{DemoApp.SampleApi}/v1/notes",
        RefreshToken = refreshToken,
        Refresh = $"curl -d grant_type=refresh_token -d client_id={DemoApp.ClientId} -d refresh_token={refreshToken} " +
            issuer.IssuerText + ProtocolPaths.Token,
    };
}
