using AuthServer.Api.Tokens;
using AuthServer.Configuration;
using Microsoft.AspNetCore.Mvc;

namespace AuthServer.Api.Account;

/// <summary>/v1/account: what the pages of an account can do, for first-party apps.</summary>
internal static class AccountRoutes
{
    public const string ProfilePath = ApiPaths.Account + "/profile";
    public const string ThemePath = ApiPaths.Account + "/theme";
    public const string LanguagePath = ApiPaths.Account + "/language";
    public const string PicturePath = ApiPaths.Account + "/picture";
    public const string EmailPath = ApiPaths.Account + "/email";
    public const string PasswordPath = ApiPaths.Account + "/password";
    public const string PasskeysPath = ApiPaths.Account + "/passkeys";
    public const string PasskeyOptionsPath = PasskeysPath + "/options";
    public const string PasskeyPath = PasskeysPath + "/{id}";
    public const string ConnectionsPath = ApiPaths.Account + "/upstream";
    public const string ConnectionPath = ConnectionsPath + "/{id}";
    public const string FactorsPath = ApiPaths.Account + "/second-factors";
    public const string AppFactorPath = FactorsPath + "/app";
    public const string FactorRemovalPath = FactorsPath + "/removal";
    public const string RecoveryCodesPath = FactorsPath + "/recovery-codes";
    public const string DevicesPath = ApiPaths.Account + "/devices";
    public const string DevicePath = DevicesPath + "/{id}";
    public const string SessionsPath = ApiPaths.Account + "/sessions";
    public const string SessionPath = SessionsPath + "/{id}";
    public const string AppsPath = ApiPaths.Account + "/apps";
    public const string AppPath = AppsPath + "/{client_id}";
    public const string ActivityPath = ApiPaths.Account + "/activity";
    public const string ExportPath = ApiPaths.Account + "/export";
    public const string DeletionPath = ApiPaths.Account + "/deletion";

    private static readonly string[] Read = [HttpMethods.Get, HttpMethods.Head];

    public static void MapAccount(this IEndpointRouteBuilder routes)
    {
        var account = routes.MapGroup("").RequireAuthorization(BearerTokens.Policy);
        account.MapMethods(ProfilePath, Read, ProfileApi.ReadAsync);
        account.MapPatch(ProfilePath, ProfileApi.ChangeAsync);
        account.MapMethods(ThemePath, Read, ThemeApi.ReadAsync);
        account.MapPut(ThemePath, ThemeApi.SetAsync);
        account.MapMethods(LanguagePath, Read, LanguageApi.ReadAsync);
        account.MapPut(LanguagePath, LanguageApi.SetAsync);
        account.MapPut(PicturePath, PictureApi.SetAsync).WithMetadata(new RequestSizeLimitAttribute(PictureApi.LongestBody + 1));
        account.MapDelete(PicturePath, PictureApi.RemoveAsync);
        account.MapMethods(EmailPath, Read, EmailApi.ReadAsync);
        account.MapPost(EmailPath, EmailApi.ChangeAsync);
        account.MapPut(PasswordPath, PasswordApi.ChangeAsync);
        account.MapDelete(PasswordPath, PasswordApi.RemoveAsync);
        account.MapMethods(PasskeysPath, Read, PasskeysApi.ListAsync);
        account.MapPost(PasskeysPath, NewPasskeyApi.AddAsync);
        account.MapPost(PasskeyOptionsPath, NewPasskeyApi.AskAsync);
        account.MapPatch(PasskeyPath, PasskeysApi.RenameAsync);
        account.MapDelete(PasskeyPath, PasskeysApi.RemoveAsync);
        account.MapMethods(ConnectionsPath, Read, ConnectionsApi.ListAsync);
        account.MapDelete(ConnectionPath, ConnectionsApi.DisconnectAsync);
        account.MapMethods(FactorsPath, Read, SecondFactorsApi.ReadAsync);
        account.MapPost(AppFactorPath, SecondFactorsApi.BeginAsync);
        account.MapPut(AppFactorPath, SecondFactorsApi.ConfirmAsync);
        account.MapPost(FactorRemovalPath, SecondFactorsApi.RemoveAsync);
        account.MapPost(RecoveryCodesPath, SecondFactorsApi.RenewCodesAsync);
        account.MapMethods(DevicesPath, Read, DevicesApi.ListAsync);
        account.MapDelete(DevicePath, DevicesApi.ForgetAsync);
        account.MapMethods(SessionsPath, Read, SessionsApi.ListAsync);
        account.MapDelete(SessionsPath, SessionsApi.EndOthersAsync);
        account.MapDelete(SessionPath, SessionsApi.EndAsync);
        account.MapMethods(AppsPath, Read, AppsApi.ListAsync);
        account.MapDelete(AppPath, AppsApi.WithdrawAsync);
        account.MapMethods(ActivityPath, Read, ActivityApi.ListAsync);
        account.MapGet(ExportPath, DataApi.ExportAsync);
        account.MapPost(DeletionPath, DataApi.DeleteAsync);
    }
}
