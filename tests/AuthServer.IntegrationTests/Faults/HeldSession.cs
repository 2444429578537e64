using AuthServer.IntegrationTests.Fixtures;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthServer.IntegrationTests.Faults;

/// <summary>What one client holds: it knows a token only from an answer, and presents the old one again when none came.</summary>
internal sealed class HeldSession(ClientApp app, TokenAnswer tokens)
{
    public ClientApp App => app;

    /// <summary>The id of its row.</summary>
    public Guid Id { get; } = Guid.Parse(new JsonWebToken(tokens.AccessToken).GetPayloadValue<string>("sid"));

    public string RefreshToken { get; private set; } = tokens.RefreshToken;

    public string AccessToken { get; private set; } = tokens.AccessToken;

    public int Refreshed { get; private set; }

    /// <summary>The client has asked to end it; whether the server did is known when <see cref="IsEnded"/>.</summary>
    public bool IsEnding { get; set; }

    /// <summary>The server has answered that it ended.</summary>
    public bool IsEnded { get; set; }

    public void Renewed(TokenAnswer answer)
    {
        (RefreshToken, AccessToken) = (answer.RefreshToken, answer.AccessToken);
        Refreshed++;
    }
}
