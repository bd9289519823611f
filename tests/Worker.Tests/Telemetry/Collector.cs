using System.Collections.Concurrent;
using System.Net;
using System.Text;
using KenshinOtp.Support.Processes;

namespace KenshinOtp.Worker.Tests.Telemetry;

/// <summary>A collector of metrics on the loopback interface, which takes whatever is posted to it.</summary>
internal sealed class Collector : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<(string Path, string Bytes)> _posts = new();

    public Collector()
    {
        Url = $"http://127.0.0.1:{FreePort.Next()}";
        _listener.Prefixes.Add(Url + "/");
        _listener.Start();
        _ = Take();
    }

    public string Url { get; }

    /// <summary>Waits until something was posted to a path in which all these words stand.</summary>
    public async Task WaitFor(string path, string[] words, TimeSpan patience)
    {
        using var deadline = new CancellationTokenSource(patience);
        while (!_posts.Any(post => post.Path == path && words.All(word => post.Bytes.Contains(word, StringComparison.Ordinal))))
            await Task.Delay(TimeSpan.FromMilliseconds(100), deadline.Token);
    }

    public void Dispose() => _listener.Close();

    private async Task Take()
    {
        while (_listener.IsListening)
        {
            try
            {
                var call = await _listener.GetContextAsync();
                using var body = new MemoryStream();
                await call.Request.InputStream.CopyToAsync(body);
                _posts.Enqueue((call.Request.Url!.AbsolutePath, Encoding.Latin1.GetString(body.ToArray())));
                call.Response.Close();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return; // closed
            }
        }
    }
}
