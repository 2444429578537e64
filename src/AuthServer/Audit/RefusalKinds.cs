namespace AuthServer.Audit;

/// <summary>What was refused to a caller whose identity was not verified, in the words of the audit trail and of the metrics.</summary>
public static class RefusalKinds
{
    public const string SignInFailed = "refused.sign_in";
    public const string SignInThrottled = "refused.sign_in_throttled";
    public const string SecondFactorFailed = "refused.second_factor";
    public const string SecondFactorThrottled = "refused.second_factor_throttled";
    public const string RegistrationThrottled = "refused.registration_throttled";
    public const string MailThrottled = "refused.mail_throttled";
    public const string WrongCode = "refused.wrong_code";
    public const string InvalidClient = "refused.invalid_client";
    public const string InvalidGrant = "refused.invalid_grant";
    public const string RefreshTokenReused = "refused.refresh_token_reused";
    public const string ForgedBearer = "refused.bearer";
    public const string Flood = "refused.flood";
    public const string OverBudget = "refused.over_budget";
    public const string TooManyLookups = "refused.user_lookups";
    public const string ClientTooFast = "refused.client_too_fast";
}
