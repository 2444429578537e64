namespace AuthServer.Configuration;

/// <summary>
/// The addresses of the JSON API. They stand this low because the first-party sign-in is a part of the protocol, and the audience of the
/// API contains its root.
/// </summary>
public static class ApiPaths
{
    public const string Root = "/v1";

    /// <summary>Also the path of the refresh cookie.</summary>
    public const string Auth = Root + "/auth";

    public const string Register = Auth + "/register";
    public const string ConfirmRegistration = Register + "/confirm";
    public const string Login = Auth + "/login";
    public const string EmailCode = Auth + "/email-code";
    public const string Refresh = Auth + "/refresh";
    public const string Logout = Auth + "/logout";
    public const string ForgottenPassword = Auth + "/password/forgotten";
    public const string ResetPassword = Auth + "/password/reset";
    public const string EmailConfirmation = Auth + "/email/confirmation";
    public const string ConfirmEmail = Auth + "/email/confirm";
    public const string Users = Root + "/users";
    public const string Account = Root + "/account";
    public const string RegistrationTokens = Root + "/registration-tokens";
    public const string Document = Root + "/openapi.json";
    public const string Reference = Root + "/docs";
}
