using AuthServer.Ui.Controls;
using AuthServer.Ui.Protocol.Consent;
using AuthServer.Ui.Protocol.Devices;
using Microsoft.AspNetCore.Components;

namespace AuthServer.Ui.Gallery;

/// <summary>The pages for requests of other devices in every state.</summary>
internal static class DeviceStates
{
    private static readonly string[] AskedScopes = ["openid", "email", "offline_access"];

    private const string App = "Fieldnotes";

    private static readonly AccountChip Alice = new("Alice Liddell", "alice@example.com", "AL");

    private static readonly DeviceCodeModel Code = new() { Account = Alice };

    // In the language in which the page is shown.
    private static DeviceRequestModel Request => new()
    {
        AppName = App,
        AppDomain = "fieldnotes.example",
        Code = "WDJB-MJHT",
        Account = Alice,
        SwitchUrl = "/signin?returnUrl=%2Fdevice&prompt=switch",
        Address = "203.0.113.9",
        Browser = "Fieldnotes-TV",
        System = "Android",
        AskedAt = new DateTime(2026, 11, 29, 15, 4, 0, DateTimeKind.Utc),
        Request = "0198",
        Shown = "CfDJ8",
        Scopes = [.. AskedScopes.Select(scope => ScopePromises.ForStandard(scope, Alice)!)],
    };

    private static readonly ApprovalsModel Approvals = new()
    {
        Account = Alice,
        Waiting = [new(App, new DateTime(2026, 11, 29, 15, 4, 0, DateTimeKind.Utc), "/approve?request=0198")],
    };

    public static readonly IReadOnlyList<PageState> All =
    [
        Of<DeviceCodePage>("device", Code),
        Of<DeviceCodePage>("device-missing", Code with { Problem = DeviceProblem.Missing }),
        Of<DeviceCodePage>("device-malformed", Code with { Problem = DeviceProblem.Malformed }),
        Of<DeviceCodePage>("device-unknown", Code with { Problem = DeviceProblem.Unknown }),
        Of<DeviceCodePage>(
            "device-too-many", Code with { Problem = DeviceProblem.TooManyTries, RetryAfter = TimeSpan.FromSeconds(42) }),
        Of<DeviceCodePage>("device-expired", Code with { Problem = DeviceProblem.FormExpired }),
        new("device-request", typeof(DeviceRequestPage), Make: () => Request),
        new(
            "device-request-nameless", typeof(DeviceRequestPage),
            Make: () => Request with { AppDomain = null, Address = null, Browser = null, System = null, Scopes = [] }),
        new(
            "approve-request", typeof(DeviceRequestPage),
            Make: () => Request with { Code = null, Message = "Order 4711, 23.90 €", SwitchUrl = null, IsByName = true }),
        new(
            "approve-unknown", typeof(DeviceRequestPage),
            Make: () => Request with { Code = null, SwitchUrl = null, IsByName = true, UnknownTo = "AuthPlatform" }),
        Of<ApprovalsPage>("approvals", Approvals),
        Of<ApprovalsPage>("approvals-none", Approvals with { Waiting = [] }),
        Of<ApprovalsPage>("approvals-expired", Approvals with { Waiting = [], IsStale = true }),
        Of<DeviceOutcomePage>("device-allowed", new DeviceOutcomeModel { Outcome = DeviceOutcome.Allowed, AppName = App }),
        Of<DeviceOutcomePage>("device-denied", new DeviceOutcomeModel { Outcome = DeviceOutcome.Denied, AppName = App }),
        Of<DeviceOutcomePage>("device-no-room", new DeviceOutcomeModel { Outcome = DeviceOutcome.NoRoom, AppName = App }),
        Of<DeviceOutcomePage>("device-ended", new DeviceOutcomeModel { Outcome = DeviceOutcome.Ended, AppName = App }),
        Of<DeviceOutcomePage>(
            "approve-allowed", new DeviceOutcomeModel { Outcome = DeviceOutcome.Allowed, AppName = App, IsByName = true }),
        Of<DeviceOutcomePage>("approve-ended", new DeviceOutcomeModel { Outcome = DeviceOutcome.Ended, AppName = "", IsByName = true }),
    ];

    private static PageState Of<TPage>(string name, object model) where TPage : IComponent => new(name, typeof(TPage), model);
}
