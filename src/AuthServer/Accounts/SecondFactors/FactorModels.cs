using AuthServer.Accounts.MyAccount;
using AuthServer.Audit;
using AuthServer.Pages;
using AuthServer.Ui;
using AuthServer.Ui.Accounts.SecondFactors;
using AuthServer.Users.SecondFactors;

namespace AuthServer.Accounts.SecondFactors;

/// <summary>What the page about a person's second factor shows.</summary>
public sealed class FactorModels(
    RecoveryCodes codes, RememberedDevices devices, SecondFactorRequirement requirement)
{
    public async Task<FactorModel> NewAsync(HttpContext http, SecondStepPerson person)
    {
        var (user, stop) = (person.User, http.RequestAborted);
        var hasPasskey = await requirement.HasPasskeyAsync(user.Id, stop);
        return new()
        {
            Account = PageAnswers.Chip(user),
            CodesLeft = await codes.LeftAsync(user.Id, stop),
            MayRemove = hasPasskey || await requirement.MayGoWithoutAsync(user.Id, stop),
            TakesCode = !person.HasUsedPasskey,
            PasskeyUrl = hasPasskey && !person.HasUsedPasskey ? SignInAgain.ByPasskeyFor(PagePaths.AuthenticatorApp) : null,
            Devices = [.. (await devices.ListAsync(user, stop)).Select(ModelOf)],
        };
    }

    private static DeviceModel ModelOf(RememberedDeviceRow row)
    {
        var device = Device.Of(row.UserAgent);
        return new(row.Id, device.Browser, device.System, SessionPages.ShapeOf(device), row.LastUsedAt);
    }
}
