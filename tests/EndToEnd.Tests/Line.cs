using System.Net;
using System.Net.Mime;
using System.Text;
using KenshinOtp.DemoBank.Client;

namespace KenshinOtp.EndToEnd.Tests;

/// <summary>A line to a centre that gives the answers in their order.</summary>
internal sealed class Line : HttpMessageHandler
{
    private readonly Func<HttpResponseMessage>[] _answers;
    private readonly HttpClient _http;

    public Line(params Func<HttpResponseMessage>[] answers)
    {
        _answers = answers;
        _http = new HttpClient(this, disposeHandler: false) { BaseAddress = new("http://centre.example/") };
    }

    public int Calls => Requests.Count;

    public List<Uri> Requests { get; } = [];

    public KenshinClient Client => new(_http, TimeProvider.System);

    public static HttpResponseMessage Answering(string body, string contentType = MediaTypeNames.Application.Json, HttpStatusCode status = HttpStatusCode.OK) =>
        new(status) { Content = new StringContent(body, Encoding.UTF8, contentType) };

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = _answers[Calls]();
        Requests.Add(request.RequestUri!);
        return Task.FromResult(answer);
    }

    protected override void Dispose(bool disposing)
    {
        _http.Dispose();
        base.Dispose(disposing);
    }
}
