namespace AuthServer.Pages;

/// <summary>Marks an answer that apps may show in a frame. It must hold nothing that a person could be made to press.</summary>
public sealed class FramedByApps
{
    private static readonly FramedByApps Mark = new();

    private FramedByApps()
    {
    }

    public static void Allow(HttpContext http) => http.Features.Set(Mark);

    public static bool IsAllowed(HttpContext http) => http.Features.Get<FramedByApps>() is not null;
}
