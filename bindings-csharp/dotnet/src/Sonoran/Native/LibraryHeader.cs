using System;
using System.IO;
using System.Linq;
using System.Text;

namespace Sonoran.Native;

/// <summary>What a library's file says about the platform that it was built for.</summary>
internal static class LibraryHeader
{
    /// <summary>The platform's runtime identifier, or null when the file is no library that this knows.</summary>
    internal static string? Platform(byte[] file)
    {
        if (file.Length < 64)
        {
            return null;
        }

        if (Starts(file, 0x7F, (byte)'E', (byte)'L', (byte)'F'))
        {
            var system = Has(file, "\0libc.so.6\0") ? "linux" : "linux-musl";
            return Named(system, BitConverter.ToUInt16(file, 18), x64: 62, arm64: 183);
        }

        if (Starts(file, (byte)'M', (byte)'Z'))
        {
            var header = BitConverter.ToInt32(file, 60);
            return header >= 0 && header <= file.Length - 6
                ? Named("win", BitConverter.ToUInt16(file, header + 4), x64: 0x8664, arm64: 0xAA64)
                : null;
        }

        return Starts(file, 0xCF, 0xFA, 0xED, 0xFE)
            ? Named("osx", BitConverter.ToUInt32(file, 4), x64: 0x0100_0007, arm64: 0x0100_000C)
            : null;
    }

    private static string? Named(string system, uint machine, uint x64, uint arm64) =>
        machine == x64 ? $"{system}-x64" : machine == arm64 ? $"{system}-arm64" : null;

    private static bool Starts(byte[] file, params byte[] with) => file.Take(with.Length).SequenceEqual(with);

    private static bool Has(byte[] file, string text) => file.AsSpan().IndexOf(Encoding.ASCII.GetBytes(text)) >= 0;
}
