"""The matcher's two networks. Input: BGR, 0..1 after division by 255."""
import torch
from torch import nn

WINDOW = 48  # px
WIDTH = 128  # of a vector
MAP = 96  # channels of a map


def block(inputs, outputs, size, stride=1, padding=0):
    return [nn.Conv2d(inputs, outputs, size, stride, padding, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)]


class Embedder(nn.Module):
    """A window of 48 x 48 to a vector of WIDTH and a map of MAP x 4 x 4. Without padding, so that on a whole picture it gives
    the vectors of all windows at a stride of 8 px: this proposes where a kit may show."""

    def __init__(self):
        super().__init__()
        self.first = nn.Sequential(*block(3, 24, 4, 2), *block(24, 48, 3, 2), *block(48, 64, 3), *block(64, MAP, 3, 2))
        self.last = nn.Sequential(*block(MAP, 160, 3), *block(160, 192, 2), nn.Conv2d(192, WIDTH, 1))

    def forward(self, x):
        found = self.first(x - 0.5)
        return self.last(found), found


class Residual(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.inner = nn.Sequential(*block(channels, channels, 3, 1, 1))

    def forward(self, x):
        return x + self.inner(x)


def pair_of(kit, photo):
    """What the comparer sees of two windows' maps."""
    return torch.cat([kit, photo, (kit - photo).abs(), kit * photo], 1)


class Comparer(nn.Module):
    """pair_of the maps of a kit's window and a picture's, to: logit that both show one mark, and where the mark's box lies in
    the picture's window: middle (window sides from the window's middle), and log of its sides over FILL of the window's."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            *block(4 * MAP, 160, 1), Residual(160), Residual(160), *block(160, 64, 1), nn.Flatten(), nn.Linear(64 * 16, 128),
            nn.ReLU(inplace=True), nn.Linear(128, 5))

    def forward(self, pair):
        return self.layers(pair)
