using System.Text.Json.Serialization;
using AuthServer.JsonApi;

namespace AuthServer.Api.Users;

/// <summary>The body of POST /v1/users.</summary>
public sealed record NewUserBody
{
    public string? Email { get; init; }

    /// <summary>Without one the account cannot be signed in to by password.</summary>
    public string? Password { get; init; }

    /// <summary>Instead of a password: its hash by another system.</summary>
    public string? PasswordHash { get; init; }

    public string? FirstName { get; init; }

    public string? LastName { get; init; }

    public bool? EmailVerified { get; init; }

    public bool? Disabled { get; init; }

    public IReadOnlyList<string?>? Roles { get; init; }
}

/// <summary>The body of PUT and PATCH /v1/users/{id}. <see cref="ChangeUser"/> says what a missing member means.</summary>
public sealed record UserChangeBody
{
    public string? Email { get; init; }

    public string? FirstName { get; init; }

    public string? LastName { get; init; }

    public string? Password { get; init; }

    /// <summary>For a change of one's own e-mail address or password more than five minutes after the sign-in.</summary>
    public string? CurrentPassword { get; init; }

    public bool? Disabled { get; init; }

    public bool? EmailVerified { get; init; }

    public IReadOnlyList<string?>? Roles { get; init; }

    /// <summary>The members that decide over access.</summary>
    internal static readonly string[] AllAdminMembers = ["disabled", "email_verified", "roles"];

    /// <summary>The members that decide over access, of those that are present.</summary>
    internal IEnumerable<string> AdminMembers()
    {
        if (Disabled is not null) yield return "disabled";
        if (EmailVerified is not null) yield return "email_verified";
        if (Roles is not null) yield return "roles";
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false, RespectNullableAnnotations = true, MaxDepth = JsonBody.MaxDepth)]
[JsonSerializable(typeof(NewUserBody))]
[JsonSerializable(typeof(UserChangeBody))]
internal sealed partial class UserBodyJson : JsonSerializerContext;

internal static class RoleNames
{
    /// <returns>Null when one of the names is null.</returns>
    public static IReadOnlyCollection<string>? Read(IReadOnlyList<string?>? names) =>
        names is null ? [] : names.Any(n => n is null) ? null : [.. names.Select(n => n!)];

    public static Problem Wrong() => Problem.BadRequest("roles", "has a value of the wrong type.");
}
