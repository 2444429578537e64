namespace AuthServer.Ui.Demo;

/// <summary>Header and payload of a signed token, as readable JSON.</summary>
public sealed record DecodedToken(string Header, string Payload);

/// <summary>The end of the demo: the tokens, and commands to use them.</summary>
public sealed record DemoTokensModel
{
    /// <summary>Of the person, from userinfo; null when there is none.</summary>
    public string? Name { get; init; }

    public DecodedToken? IdToken { get; init; }

    public DecodedToken? AccessToken { get; init; }

    public string? RefreshToken { get; init; }

    /// <summary>Puts the access token into a variable of the shell, for the other commands.</summary>
    public required string KeepToken { get; init; }

    public required string UserInfo { get; init; }

    public required string StartApi { get; init; }

    public required string AddNote { get; init; }

    public required string ListNotes { get; init; }

    public required string Refresh { get; init; }
}
