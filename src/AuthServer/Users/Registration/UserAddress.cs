using AuthServer.Configuration;

namespace AuthServer.Users.Registration;

/// <summary>Where the JSON API shows a user, below the address of the server.</summary>
public static class UserAddress
{
    private const string Prefix = ApiPaths.Users + "/";

    public static string Of(Guid userId) => Prefix + userId.ToString("D");

    public static Guid? UserId(string? address) =>
        address is not null && address.StartsWith(Prefix, StringComparison.Ordinal)
            && Guid.TryParseExact(address[Prefix.Length..], "D", out var id)
            ? id
            : null;
}
