using System.Net;
using System.Net.Sockets;

namespace KenshinOtp.DemoBank.Startup;

/// <summary>Asks for both ports before anything is written, so that a start which cannot succeed leaves nothing behind.</summary>
internal static class LoopbackPorts
{
    /// <exception cref="DemoException">One of the ports is taken, or both options name the same.</exception>
    public static void RequireFree(DemoOptions options)
    {
        if (options.ApiPort == options.BankPort)
            throw new DemoException($"{DemoCommand.ApiPortOption} and {DemoCommand.BankPortOption} must differ. / 二つのポート番号は別にしてください。");
        RequireFree(options.ApiPort, DemoCommand.ApiPortOption);
        RequireFree(options.BankPort, DemoCommand.BankPortOption);
    }

    private static void RequireFree(int port, string option)
    {
        if (IsTaken(IPAddress.Loopback, port) || (Socket.OSSupportsIPv6 && IsTaken(IPAddress.IPv6Loopback, port)))
            throw new DemoException($"Port {port} is in use: choose another with {option}. / ポート {port} は使用中です。{option} で別の番号を指定してください。");
    }

    private static bool IsTaken(IPAddress address, int port)
    {
        using var listener = new TcpListener(address, port);
        try
        {
            listener.Start();
            return false;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied;
        }
    }
}
