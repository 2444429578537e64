using System.Text.Json.Serialization;
using AuthServer.JsonApi;

namespace AuthServer.Api.Account;

/// <summary>The second factor of a person in JSON.</summary>
/// <param name="AppSince">Null: there is no authenticator app.</param>
/// <param name="Demanded">The server wants one of the person.</param>
public sealed record SecondFactorsDocument(DateTime? AppSince, int RecoveryCodesLeft, bool Demanded);

/// <summary>What an authenticator app needs, before it counts.</summary>
/// <param name="Secret">In base32.</param>
/// <param name="Address">For a QR code (otpauth).</param>
/// <param name="Enrolment">Comes back with the first code.</param>
public sealed record EnrolmentDocument(string Secret, string Address, string Enrolment);

/// <summary>Shown once.</summary>
public sealed record RecoveryCodesDocument(IReadOnlyList<string> RecoveryCodes);

/// <summary>A browser where no code is asked for.</summary>
public sealed record RememberedDeviceDocument(
    Guid Id, string? Browser, string? System, string? UserAgent, DateTime CreatedAt, DateTime LastUsedAt, DateTime ExpiresAt);

public sealed record DevicesDocument(IReadOnlyList<RememberedDeviceDocument> Devices);

/// <summary>The body of PUT /v1/account/second-factors/app.</summary>
public sealed record EnrolmentBody
{
    public required string Enrolment { get; init; }

    public required string Code { get; init; }

    /// <summary>The app that is there goes.</summary>
    public bool? Replace { get; init; }
}

/// <summary>The body of what changes a second factor that is there.</summary>
public sealed record CodeBody
{
    /// <summary>Of the app, or a recovery code; absent: the person has signed in with a passkey.</summary>
    public string? Code { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false, RespectNullableAnnotations = true, MaxDepth = JsonBody.MaxDepth)]
[JsonSerializable(typeof(SecondFactorsDocument))]
[JsonSerializable(typeof(EnrolmentDocument))]
[JsonSerializable(typeof(RecoveryCodesDocument))]
[JsonSerializable(typeof(DevicesDocument))]
[JsonSerializable(typeof(EnrolmentBody))]
[JsonSerializable(typeof(CodeBody))]
internal sealed partial class FactorJson : JsonSerializerContext;
