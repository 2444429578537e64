using System.Collections.Immutable;
using System.Net;

namespace AuthServer.IntegrationTests.Faults;

/// <summary>
/// What stands in front of replicas: each request goes to the next one that is ready, and to another only when no connection was made, as
/// nginx does.
/// </summary>
internal sealed class Balancer : IAsyncDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(2),
    });

    private readonly CancellationTokenSource _end = new();
    private readonly Task _watch;
    private ImmutableList<Replica> _replicas = [];
    private int _turn;

    public Balancer() => _watch = WatchAsync();

    public void Add(Replica replica) => ImmutableInterlocked.Update(ref _replicas, all => all.Add(replica));

    public void Remove(Replica replica) => ImmutableInterlocked.Update(ref _replicas, all => all.Remove(replica));

    /// <summary>For a client; it does not end the balancer.</summary>
    public HttpMessageHandler Connect() => new Door(this);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _watch;
        _http.Dispose();
        _end.Dispose();
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        var all = _replicas;
        var ready = all.Where(r => r.IsReady).ToList();
        if (ready.Count == 0) ready = [.. all];
        for (var i = 0; i < ready.Count; i++)
        {
            var replica = ready[(int)((uint)Interlocked.Increment(ref _turn) % ready.Count)];
            try
            {
                return await replica.SendAsync(_http, request, cancellation);
            }
            catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.ConnectionError && i < ready.Count - 1)
            {
                // Nothing was sent: the next one.
            }
        }

        return new(HttpStatusCode.BadGateway) { RequestMessage = request, Content = new StringContent("no replica") };
    }

    private async Task WatchAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            await Task.WhenAll(_replicas.Select(async replica => replica.IsReady = await AnswersAsync(replica)));
            await Task.Delay(Look, CancellationToken.None);
        }
    }

    private async Task<bool> AnswersAsync(Replica replica)
    {
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
            limit.CancelAfter(TimeSpan.FromSeconds(4));
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(replica.Address, "/health/ready"));
            using var answer = await _http.SendAsync(request, limit.Token);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    private sealed class Door(Balancer balancer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            balancer.SendAsync(request, cancellationToken);
    }
}
