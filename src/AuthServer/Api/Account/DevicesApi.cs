using AuthServer.Api.Tokens;
using AuthServer.Audit;
using AuthServer.JsonApi;
using AuthServer.Users.SecondFactors;
using AuthServer.Users.SignIn;

namespace AuthServer.Api.Account;

/// <summary>/v1/account/devices: the browsers where a person is not asked for a code.</summary>
internal static class DevicesApi
{
    public static async Task<IResult> ListAsync(HttpContext http, AccountLookup accounts, RememberedDevices devices)
    {
        if (ApiCaller.Of(http) is not ApiCaller.Person person) return ApiCaller.Of(http).RefusalToReadOwn()!;
        if ((person.RefusalToReadOwn() ?? person.RefusalOfThirdParty()) is { } refusal) return refusal;
        if (await accounts.FindAsync(person.UserId, person.SessionId, http.RequestAborted) is not { } user)
        {
            return Problem.NotFound("The account is gone.");
        }

        var found = await devices.ListAsync(user, http.RequestAborted);
        http.Response.Headers.CacheControl = "no-store";
        return Results.Json(new([.. found.Select(Of)]), FactorJson.Default.DevicesDocument);
    }

    public static async Task<IResult> ForgetAsync(HttpContext http, string id, RememberedDevices devices)
    {
        if (ApiCaller.Of(http) is not ApiCaller.Person person) return ApiCaller.Of(http).RefusalToWriteOwn()!;
        if (person.RefusalToWriteOwn() is { } refusal) return refusal;
        // One of another person is as if it were not there.
        return Guid.TryParseExact(id, "D", out var device) && await devices.ForgetAsync(person.UserId, device)
            ? Results.NoContent()
            : Problem.NotFound("There is no such device.");
    }

    private static RememberedDeviceDocument Of(RememberedDeviceRow row)
    {
        var device = Device.Of(row.UserAgent);
        return new(row.Id, device.Browser, device.System, row.UserAgent, row.CreatedAt, row.LastUsedAt, row.ExpiresAt);
    }
}
