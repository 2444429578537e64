using AuthServer.Clients.Directory;
using AuthServer.Pages;
using AuthServer.Ui;
using AuthServer.Ui.Accounts.SecondFactors;
using AuthServer.Ui.Layout;
using AuthServer.Users.SecondFactors;

namespace AuthServer.Accounts.SecondFactors;

/// <summary>What the page shows on which an authenticator app is set up.</summary>
public sealed class SetUpModels(EnrolmentKeys keys, Branding branding)
{
    /// <summary>With a new secret.</summary>
    public Task<SetUpModel> NewAsync(
        HttpContext http, ClientDirectory clients, SecondStepPerson person, ReturnAddress? returnTo, string path)
    {
        var (secret, sealedKey) = keys.New(person.User.Id);
        return OfAsync(http, clients, person, returnTo, path, secret, sealedKey);
    }

    /// <summary>With the secret that the page had before.</summary>
    public async Task<SetUpModel> OfAsync(
        HttpContext http, ClientDirectory clients, SecondStepPerson person, ReturnAddress? returnTo, string path, string secret,
        string sealedKey)
    {
        var address = EnrolmentKeys.AddressOf(secret, branding.Name, person.User.Email!);
        var (size, modules) = QrCode.Draw(address);
        return new()
        {
            Account = PageAnswers.Chip(person.User),
            AppName = returnTo is null ? null : (await returnTo.AppAsync(http, clients))?.Name,
            Action = path,
            Demanded = path == PagePaths.SecondFactorSetUp,
            ReturnUrl = returnTo?.Address,
            Step = person.Id,
            SealedKey = sealedKey,
            Key = Base32.Grouped(secret, ' '),
            Address = address,
            QrSize = size,
            QrPath = modules,
        };
    }
}
