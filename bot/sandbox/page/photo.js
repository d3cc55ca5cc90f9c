// Pictures ready to send: a chosen file made small enough for a chat, or a sample drawn on a canvas (no asset needed).

const LONGEST = 1280;

function base64(canvas) {
  return canvas.toDataURL("image/jpeg", 0.85).split(",")[1];
}

/** The base64 of a chosen picture, scaled down; null when the browser cannot read it. */
export async function fromFile(file) {
  try {
    const bitmap = await createImageBitmap(file);
    const scale = Math.min(1, LONGEST / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(bitmap.width * scale));
    canvas.height = Math.max(1, Math.round(bitmap.height * scale));
    canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    bitmap.close();
    return base64(canvas);
  } catch {
    return null;
  }
}

/** A sample: a printer with a crumpled sheet in its mouth and an error on the display. */
export async function sample() {
  const canvas = document.createElement("canvas");
  canvas.width = 640;
  canvas.height = 480;
  const pen = canvas.getContext("2d");
  const box = (colour, x, y, w, h, r = 0) => {
    pen.fillStyle = colour;
    pen.beginPath();
    pen.roundRect(x, y, w, h, r);
    pen.fill();
  };
  const wall = pen.createLinearGradient(0, 0, 0, 480);
  wall.addColorStop(0, "#dfe6ea");
  wall.addColorStop(1, "#c3ccd2");
  box(wall, 0, 0, 640, 480);
  box("#a98f74", 0, 380, 640, 100);
  box("#f4f5f6", 120, 160, 400, 230, 18);
  box("#d5dade", 120, 300, 400, 90, 18);
  box("#3d454c", 170, 236, 300, 46, 8);
  box("#2f363c", 190, 130, 260, 44, 8);
  box("#59636b", 160, 330, 320, 34, 6);
  box("#20303a", 392, 184, 106, 40, 5);
  box("#e5533d", 362, 196, 16, 16, 8);
  pen.fillStyle = "#ffd0c7";
  pen.font = "bold 20px sans-serif";
  pen.fillText("卡纸 E13", 404, 211);
  pen.fillStyle = "#fffef8";
  pen.beginPath();
  [[196, 262], [250, 214], [284, 268], [322, 222], [352, 270], [330, 330], [286, 300], [246, 342], [214, 306]].forEach(([x, y]) => pen.lineTo(x, y));
  pen.fill();
  pen.strokeStyle = "#c9c3b2";
  pen.lineWidth = 2;
  [[[250, 214], [262, 300]], [[284, 268], [286, 300]], [[322, 222], [306, 312]], [[214, 306], [262, 290]]].forEach(([from, to]) => {
    pen.beginPath();
    pen.moveTo(...from);
    pen.lineTo(...to);
    pen.stroke();
  });
  return base64(canvas);
}
