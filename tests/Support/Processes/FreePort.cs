using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace KenshinOtp.Support.Processes;

/// <summary>Ports of the loopback interface that nobody listens on.</summary>
/// <remarks>
/// They are taken from below the range the kernel gives to outgoing connections: a port from that range could be in use by
/// the time its server starts, or while it is stopped and about to come back on the same port.
/// </remarks>
public static class FreePort
{
    private const int First = 20_000;
    private const int End = 30_000;
    private static readonly ConcurrentDictionary<int, bool> Given = new();

    /// <summary>A port that is free now and that this process has not given to anyone before.</summary>
    public static int Next()
    {
        for (var tries = 0; tries < 1000; tries++)
        {
            var port = RandomNumberGenerator.GetInt32(First, End);
            if (IsFree(port) && Given.TryAdd(port, value: true))
                return port;
        }

        throw new InvalidOperationException($"No free port from {First} to {End}.");
    }

    private static bool IsFree(int port)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
