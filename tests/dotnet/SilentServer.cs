using System.Net;
using System.Net.Sockets;

namespace Sonoran.Tests;

/// <summary>A server that takes requests and never answers.</summary>
internal sealed class SilentServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public SilentServer() => _listener.Start();

    public string Url => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public void Dispose() => _listener.Stop();

    /// <summary>Waits for a request; the task inside ends when its connection is closed.</summary>
    public async Task<Task> Request(CancellationToken cancellationToken)
    {
        var client = await _listener.AcceptTcpClientAsync(cancellationToken);
        var buffer = new byte[64 * 1024];
        await client.GetStream().ReadAtLeastAsync(buffer, 16, cancellationToken: cancellationToken);
        return Closed(client, buffer, cancellationToken);
    }

    /// <summary>Waits for a connection, and closes it.</summary>
    public async Task Drop(CancellationToken cancellationToken) => (await _listener.AcceptTcpClientAsync(cancellationToken)).Dispose();

    private static async Task Closed(TcpClient client, byte[] buffer, CancellationToken cancellationToken)
    {
        using (client)
        {
            try
            {
                while (await client.GetStream().ReadAsync(buffer, cancellationToken) > 0)
                {
                }
            }
            catch (IOException)
            {
                // A reset closes as well.
            }
        }
    }
}
