using AuthServer.Hosting;
using Microsoft.AspNetCore.Http;

namespace AuthServer.UnitTests.Architecture;

/// <summary>Each handler's answer is sent.</summary>
public sealed class LostResultTests
{
    private static readonly string Server = typeof(WebHost).Assembly.Location;

    [Fact]
    public void No_handler_of_the_server_returns_a_result_that_nobody_sends()
    {
        Assert.InRange(LostResults.CountIn(Server), 8, int.MaxValue);
        Assert.Empty(LostResults.In(Server));
    }

    [Fact]
    public void A_handler_whose_result_is_lost_is_found_in_each_form()
    {
        var found = LostResults.In(typeof(LostResultTests).Assembly.Location).Where(
            name => name.Contains(nameof(LostResultTests), StringComparison.Ordinal)).ToList();
        Assert.Contains(found, name => name.EndsWith(nameof(Planted.LostAsync), StringComparison.Ordinal));
        Assert.Contains(found, name => name.Contains(nameof(Planted.OfLambda), StringComparison.Ordinal));
        Assert.Contains(found, name => name.Contains(nameof(Planted.OfBlock), StringComparison.Ordinal));
        Assert.Equal(3, found.Count);
    }

#pragma warning disable ASP0016 // What the rule is there to find, also where the analyzer does not.
    private static class Planted
    {
        public static RequestDelegate OfMethod() => LostAsync;

        public static RequestDelegate OfLambda() => http => LostAsync(http);

        public static RequestDelegate OfBlock() => http =>
        {
            http.Response.StatusCode = StatusCodes.Status202Accepted;
            return LostAsync(http);
        };

        public static RequestDelegate Sent() => async http => await (await LostAsync(http)).ExecuteAsync(http);

        public static RequestDelegate Done() => http => http.Response.WriteAsync("");

        public static RequestDelegate OfTask() => SentAsync;

        // The parameter beside the request makes it no such delegate.
        public static Delegate Bound() => (HttpContext http, CancellationToken _) => LostAsync(http);

        public static Delegate Typed() => (HttpContext http) => LostAsync(http);

        internal static async Task<IResult> LostAsync(HttpContext http)
        {
            await http.Response.CompleteAsync();
            return Results.NoContent();
        }

        private static Task SentAsync(HttpContext http) => http.Response.CompleteAsync();
    }
#pragma warning restore ASP0016
}
