using AuthServer.JsonApi;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.Protocol.Token.FirstParty;

/// <summary>A problem of the JSON API that stands in for the OAuth error of a rejected request.</summary>
internal static class RejectedWithProblem
{
    private const string Key = "authplatform:problem";

    /// <summary>Rejects with the problem itself as the answer, where no OAuth error says it.</summary>
    public static void Refuse(this BaseValidatingContext context, Problem problem)
    {
        context.Transaction.SetProperty(Key, problem);
        context.Reject(OAuthErrors.InvalidRequest, problem.Detail);
    }

    public static Problem? Of(OpenIddictServerTransaction transaction) => transaction.GetProperty<Problem>(Key);
}
